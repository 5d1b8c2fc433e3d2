import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KeyRound, ShieldAlert, ShieldCheck, Sparkles } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, removed } from "../../api/client";
import type { Trigger } from "../../api/types";
import { newSecret } from "../../domain/webhookSecret";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { Dialog } from "../../ui/Dialog";
import { TextInput } from "../../ui/Field";
import { ProblemNote } from "../../ui/States";
import { cx } from "../../ui/cx";

/** How callers of a webhook prove who they are, and what is missing for it. */
export function TriggerSecret({ trigger }: { trigger: Trigger }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const signed = trigger.auth !== "none";
  const state = !signed ? "open" : trigger.secret_set ? "signed" : "unset";
  const Icon = state === "signed" ? ShieldCheck : ShieldAlert;
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-2">
      <p
        className={cx(
          "flex min-w-0 items-center gap-1.5 text-sm",
          state === "signed" ? "text-ink-2" : "text-warn",
        )}
      >
        <Icon aria-hidden size={14} className="shrink-0" />
        {t(`triggers.auth.${state}`)}
      </p>
      {signed && (
        <Button small kind={trigger.secret_set ? "secondary" : "primary"} onPress={() => setAsking(true)}>
          <KeyRound aria-hidden size={13} />
          {t(trigger.secret_set ? "triggers.replaceSecret" : "triggers.setSecret")}
        </Button>
      )}
      {asking && <SecretDialog trigger={trigger} onClose={() => setAsking(false)} />}
    </div>
  );
}

/** Takes a secret and never shows one that was set. */
function SecretDialog({ trigger, onClose }: { trigger: Trigger; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [secret, setSecret] = useState("");
  const save = useMutation({
    mutationFn: () =>
      removed(
        api.PUT("/api/v1/triggers/{id}/secret", {
          params: { path: { id: trigger.id } },
          body: { secret },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["workflows"] });
      onClose();
    },
    meta: { quiet: true },
  });
  const standard = trigger.auth === "standard_webhooks";
  return (
    <Dialog title={t("triggers.secretTitle", { node: trigger.node_id })} isOpen onClose={onClose}>
      <Form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <p className="text-ink-2">
          {t(trigger.secret_set ? "triggers.secretReplaces" : "triggers.secretText")}
        </p>
        <ProblemNote error={save.error} />
        <div className="flex items-end gap-1">
          <div className="min-w-0 flex-1">
            <TextInput
              label={t("triggers.secret")}
              mono
              isRequired
              autoFocus
              autoComplete="off"
              spellCheck="false"
              minLength={16}
              value={secret}
              onChange={setSecret}
            />
          </div>
          {secret !== "" && <CopyButton text={secret} label={t("triggers.copySecret")} />}
        </div>
        <p className="text-ink-3 text-sm">
          {t(standard ? "triggers.secretHintStandard" : "triggers.secretHintHmac")}
        </p>
        <div className="flex flex-wrap justify-between gap-2">
          <Button onPress={() => setSecret(newSecret(standard))}>
            <Sparkles aria-hidden size={14} />
            {t("triggers.generate")}
          </Button>
          <span className="flex gap-2">
            <Button onPress={onClose}>{t("actions.cancel")}</Button>
            <Button kind="primary" type="submit" isPending={save.isPending}>
              {t("triggers.saveSecret")}
            </Button>
          </span>
        </div>
      </Form>
    </Dialog>
  );
}
