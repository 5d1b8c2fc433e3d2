import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, idempotencyKey, unwrap } from "../../api/client";
import { ApiError } from "../../api/problem";
import type { Workflow } from "../../api/types";
import { read, write } from "../../app/preferences";
import { triggersOf } from "../../domain/document";
import { words } from "../../domain/format";
import { syntaxFault } from "../../domain/pointer";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { SelectInput } from "../../ui/Field";
import { JsonEditor } from "../../ui/Lazy";
import { ProblemNote } from "../../ui/States";

/** Starts a run by hand, with the input that its trigger would have put out. */
export function RunNowDialog({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const triggers = useMemo(() => triggersOf(workflow.document), [workflow.document]);
  const manual = triggers.find((node) => node.node_type === "trigger.manual") ?? triggers[0];
  const [node, setNode] = useState(manual?.id ?? "");
  const storageKey = `st.input.${workflow.id}`;
  const [text, setText] = useState(() => read(storageKey) ?? "{}");
  const fault = syntaxFault(text);
  const run = useMutation({
    mutationFn: () => {
      if (fault) throw new ApiError(422, "run.input_not_json", t("workflow.inputNotJson"), fault.message);
      return unwrap(
        api.POST("/api/v1/workflows/{id}/runs", {
          params: { path: { id: workflow.id }, header: { "Idempotency-Key": idempotencyKey() } },
          body: { node: node || undefined, input: JSON.parse(text) as unknown },
        }),
      );
    },
    onSuccess: async ({ id }) => {
      write(storageKey, text === "{}" ? null : text);
      await navigate({ to: "/runs/$runId", params: { runId: id } });
    },
    meta: { quiet: true },
  });
  const diagnostics = fault ? [{ ...fault.range, severity: "error" as const, message: fault.message }] : [];
  return (
    <Dialog
      title={t("workflow.runTitle", { name: workflow.name })}
      isOpen
      onClose={onClose}
      wide
      footer={
        <>
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          <Button kind="primary" onPress={() => run.mutate()} isPending={run.isPending}>
            <Play aria-hidden size={14} />
            {t("workflow.start")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <ProblemNote error={run.error} />
        {triggers.length > 1 && (
          <SelectInput
            label={t("workflow.startAt")}
            value={node}
            onChange={setNode}
            options={triggers.map(({ id, node_type }) => ({ id, name: id, note: words(node_type) }))}
          />
        )}
        <div>
          <p className="mb-1 text-sm font-medium">{t("workflow.input")}</p>
          <div className="border-line-strong h-56 overflow-hidden rounded-lg border">
            <JsonEditor
              label={t("workflow.input")}
              value={text}
              onChange={setText}
              diagnostics={diagnostics}
            />
          </div>
          <p className="text-ink-3 mt-1 text-sm">{t("workflow.inputHint")}</p>
        </div>
      </div>
    </Dialog>
  );
}
