import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { Button } from "../../ui/Button";
import { Checks } from "../../ui/Checks";
import { CopyButton } from "../../ui/CopyButton";
import { Dialog } from "../../ui/Dialog";
import { SelectInput, TextInput } from "../../ui/Field";
import { ProblemNote } from "../../ui/States";

const scopes = ["read", "write", "run", "admin", "tap"] as const;
type Scope = (typeof scopes)[number];
const lifetimes = { month: 30, year: 365, never: 0 } as const;
const dayMs = 86_400_000;

/** Makes a key and shows its secret, this once. */
export function NewApiKeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<Scope[]>(["read"]);
  const [life, setLife] = useState<keyof typeof lifetimes>("year");
  const create = useMutation({
    mutationFn: () => {
      const days = lifetimes[life];
      return unwrap(
        api.POST("/api/v1/api-keys", {
          body: {
            name,
            scopes: chosen,
            expires_at: days === 0 ? null : new Date(Date.now() + days * dayMs).toISOString(),
          },
        }),
      );
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["api-keys"] }),
    meta: { quiet: true },
  });
  if (create.data) return <SecretDialog secret={create.data.secret} onClose={onClose} />;
  return (
    <Dialog title={t("apiKeys.new")} isOpen onClose={onClose}>
      <Form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <ProblemNote error={create.error} />
        <TextInput
          label={t("apiKeys.name")}
          hint={t("apiKeys.nameHint")}
          isRequired
          autoFocus
          value={name}
          onChange={setName}
        />
        <Checks
          label={t("apiKeys.scope")}
          chosen={chosen}
          onChange={setChosen}
          options={scopes.map((id) => ({ id, name: t(`apiKeys.scopes.${id}`) }))}
        />
        <SelectInput
          label={t("apiKeys.life")}
          value={life}
          onChange={(id) => setLife(id === "month" || id === "never" ? id : "year")}
          options={(["month", "year", "never"] as const).map((id) => ({
            id,
            name: t(`apiKeys.lives.${id}`),
          }))}
        />
        <div className="flex justify-end gap-2">
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          <Button kind="primary" type="submit" isPending={create.isPending} isDisabled={chosen.length === 0}>
            {t("apiKeys.create")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog
      title={t("apiKeys.made")}
      isOpen
      onClose={onClose}
      footer={
        <Button kind="primary" onPress={onClose}>
          {t("apiKeys.kept")}
        </Button>
      }
    >
      <p className="text-ink-2">{t("apiKeys.madeText")}</p>
      <div className="bg-sunken mt-3 flex items-center gap-2 rounded-lg py-1.5 pr-1.5 pl-3">
        <code className="min-w-0 flex-1 font-mono text-sm break-all">{secret}</code>
        <CopyButton text={secret} />
      </div>
    </Dialog>
  );
}
