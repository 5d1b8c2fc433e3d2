import type { TFunction } from "i18next";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, idempotencyKey, unwrap } from "../../api/client";
import { useTitle } from "../../app/title";
import { NotFound } from "../../app/NotFound";
import { accountParts, adapters, initialValues, type Adapter, type Values } from "../../domain/accounts";
import { Button, LinkButton } from "../../ui/Button";
import { TextInput } from "../../ui/Field";
import { Card, PageBody, PageHeader } from "../../ui/PageHeader";
import { ProblemNote } from "../../ui/States";
import { AccountFields } from "./AccountFields";
import { Presets } from "./Presets";

export function NewAccountPage() {
  const { adapter } = useParams({ from: "/shell/accounts/new/$adapter" });
  const known = adapters.find((one) => one === adapter);
  return known ? <NewAccount key={known} adapter={known} /> : <NotFound />;
}

function NewAccount({ adapter }: { adapter: Adapter }) {
  const { t } = useTranslation();
  const title = t(`accounts.adapter.${adapter}.add`);
  useTitle(title);
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [values, setValues] = useState<Values>(() => initialValues(adapter));
  const create = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/v1/accounts", {
          params: { header: { "Idempotency-Key": idempotencyKey() } },
          body: {
            adapter,
            name: name.trim() || usualName(t, adapter, values),
            ...accountParts(adapter, values),
          },
        }),
      ),
    onSuccess: async (account) => {
      client.setQueryData(["accounts", account.id], account);
      void client.invalidateQueries({ queryKey: ["accounts"] });
      void client.invalidateQueries({ queryKey: ["status"] });
      await navigate({ to: "/accounts/$accountId", params: { accountId: account.id } });
    },
    meta: { quiet: true },
  });
  return (
    <>
      <PageHeader
        title={title}
        lead={t(`accounts.adapter.${adapter}.text`)}
        back={{ to: "/accounts", label: t("nav.accounts") }}
      />
      <PageBody>
        <div className="max-w-xl">
          <Presets adapter={adapter} onPick={(preset) => setValues({ ...values, ...preset })} />
          <Card padded>
            <Form
              className="flex flex-col gap-4"
              onSubmit={(event) => {
                event.preventDefault();
                create.mutate();
              }}
            >
              <ProblemNote error={create.error} />
              <AccountFields adapter={adapter} values={values} onChange={setValues} error={create.error} />
              <TextInput
                label={t("accounts.optional", { label: t("accounts.name") })}
                hint={t("accounts.nameHint")}
                value={name}
                onChange={setName}
                error={create.error?.at("/name")}
                autoComplete="off"
              />
              <p className="text-ink-3 text-sm">{t("accounts.sealed")}</p>
              <div className="flex justify-end gap-2">
                <LinkButton to="/accounts">{t("actions.cancel")}</LinkButton>
                <Button kind="primary" type="submit" isPending={create.isPending}>
                  {t("accounts.connect")}
                </Button>
              </div>
            </Form>
          </Card>
        </div>
      </PageBody>
    </>
  );
}

function usualName(t: TFunction, adapter: Adapter, values: Values): string {
  return (
    values.username ||
    values.user ||
    values.from ||
    values.model ||
    values.host ||
    t(`accounts.adapter.${adapter}.name`)
  );
}
