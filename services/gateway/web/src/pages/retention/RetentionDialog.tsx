import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import type { Retention } from "../../api/types";
import { retentionQuery } from "../../app/ruleQueries";
import { hidesRuns, readDays } from "../../domain/retention";
import { Button } from "../../ui/Button";
import { Choice } from "../../ui/Choice";
import { Dialog } from "../../ui/Dialog";
import { TextInput } from "../../ui/Field";
import { ProblemNote } from "../../ui/States";
import { toast } from "../../ui/toast";

interface RetentionDialogProps {
  workflowId?: string;
  now: Retention;
  onClose: () => void;
}

/** Sets how long runs are kept, or leaves it to what is coarser; says so when runs would be hidden by it. */
export function RetentionDialog({ workflowId, now, onClose }: RetentionDialogProps) {
  const { t } = useTranslation();
  const level = workflowId === undefined ? "tenant" : "workflow";
  const [own, setOwn] = useState(now.decided_by === level);
  const [text, setText] = useState(String(now.days));
  const [asked, setAsked] = useState(false);
  const tenant = useQuery({ ...retentionQuery(), enabled: level === "workflow" }).data;
  const days = readDays(text);
  const hides = hidesRuns(now.days, own ? (days ?? now.days) : null, tenant?.days);
  const save = useSave(workflowId, onClose);
  const refused = save.error?.at("/days");
  return (
    <Dialog
      title={t("retention.title")}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          <Button
            kind={hides ? "danger" : "primary"}
            type="submit"
            form="retention"
            isPending={save.isPending}
          >
            {t(hides ? "retention.saveHiding" : "retention.save")}
          </Button>
        </>
      }
    >
      <Form
        id="retention"
        validationBehavior="aria"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (!own || days !== undefined) save.mutate(own ? (days ?? null) : null);
        }}
      >
        {!refused && <ProblemNote error={save.error} />}
        <Choice
          label={t("retention.who")}
          value={own ? "own" : "coarser"}
          onChange={(who) => setOwn(who === "own")}
          options={[
            {
              id: "coarser",
              name: t(`retention.leave.${level}`),
              text: tenant ? t("retention.days", { count: tenant.days }) : t("retention.leaveText"),
            },
            { id: "own", name: t(`retention.own.${level}`), text: t(`retention.ownText.${level}`) },
          ]}
        />
        {own && (
          <TextInput
            label={t("retention.field")}
            hint={t("retention.hint")}
            inputMode="numeric"
            value={text}
            onChange={setText}
            error={asked && days === undefined ? t("retention.fault") : refused}
          />
        )}
        {hides && (
          <p role="status" className="bg-warn-soft flex gap-2 rounded-lg px-3 py-2">
            <TriangleAlert aria-hidden size={16} className="text-warn mt-0.5 shrink-0" />
            {t("retention.hides")}
          </p>
        )}
      </Form>
    </Dialog>
  );
}

function useSave(workflowId: string | undefined, onSaved: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (days: number | null) =>
      workflowId === undefined
        ? unwrap(api.PUT("/api/v1/retention", { body: { days } }))
        : unwrap(
            api.PUT("/api/v1/workflows/{id}/retention", {
              params: { path: { id: workflowId } },
              body: { days },
            }),
          ),
    onSuccess: (next) => {
      client.setQueryData(retentionQuery(workflowId).queryKey, next);
      void client.invalidateQueries({ queryKey: ["retention"] });
      toast(t("retention.days", { count: next.days }));
      onSaved();
    },
    meta: { quiet: true },
  });
}
