import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, removed, unwrap } from "../../api/client";
import type { Account } from "../../api/types";
import { accountQuery } from "../../app/queries";
import { useTitle } from "../../app/title";
import { accountParts, initialValues, type Values } from "../../domain/accounts";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { TextInput } from "../../ui/Field";
import { Card, PageBody, PageHeader } from "../../ui/PageHeader";
import { ErrorState, ProblemNote, Skeleton } from "../../ui/States";
import { Time } from "../../ui/Time";
import { toast } from "../../ui/toast";
import { AccountFields } from "./AccountFields";
import { AccountStatusBadge } from "./AccountStatusBadge";

export function AccountPage() {
  const { t } = useTranslation();
  const { accountId } = useParams({ from: "/shell/accounts/$accountId" });
  const { data, error, refetch } = useQuery(accountQuery(accountId));
  useTitle(data?.name ?? t("nav.accounts"));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return (
      <PageBody>
        <Skeleton className="mt-5 h-8 w-60" />
        <Skeleton className="mt-6 h-80 max-w-xl rounded-xl" />
      </PageBody>
    );
  }
  return (
    <>
      <PageHeader
        title={data.name}
        lead={t(`accounts.adapter.${data.adapter}.name`)}
        back={{ to: "/accounts", label: t("nav.accounts") }}
        meta={<AccountStatusBadge status={data.status} />}
        actions={<RemoveAccount account={data} />}
      />
      <PageBody>
        <div className="flex max-w-xl flex-col gap-5">
          <Health account={data} />
          <EditForm key={data.id} account={data} />
        </div>
      </PageBody>
    </>
  );
}

/** How the account is, in words, and what to do about it. */
function Health({ account: { status } }: { account: Account }) {
  const { t } = useTranslation();
  const tone = {
    connecting: "bg-accent-soft",
    healthy: "bg-ok-soft",
    degraded: "bg-warn-soft",
    reauth_needed: "bg-bad-soft",
  };
  return (
    <div role="status" className={`rounded-xl px-4 py-3 ${tone[status.state]}`}>
      <p className="font-medium break-words">{status.reason ?? t(`accounts.health.${status.state}`)}</p>
      <p className="text-ink-2 flex justify-between gap-4 text-sm">
        {t(`accounts.next.${status.state}`)}
        <Time at={status.since} />
      </p>
    </div>
  );
}

function EditForm({ account }: { account: Account }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const start = () => initialValues(account.adapter, account.settings);
  const [name, setName] = useState(account.name);
  const [values, setValues] = useState<Values>(start);
  const save = useMutation({
    mutationFn: () => {
      const { settings, credentials } = accountParts(account.adapter, values, account.settings);
      const typed = Object.keys(credentials).length > 0;
      return unwrap(
        api.PATCH("/api/v1/accounts/{id}", {
          params: { path: { id: account.id } },
          body: { name, settings, ...(typed && { credentials }) },
        }),
      );
    },
    onSuccess: (next) => {
      client.setQueryData(["accounts", account.id], next);
      setValues(initialValues(next.adapter, next.settings));
      toast(t("accounts.saved"));
      void client.invalidateQueries({ queryKey: ["accounts"] });
    },
    meta: { quiet: true },
  });
  return (
    <Card padded>
      <Form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <ProblemNote error={save.error} />
        <TextInput
          label={t("accounts.name")}
          isRequired
          value={name}
          onChange={setName}
          error={save.error?.at("/name")}
        />
        <AccountFields
          adapter={account.adapter}
          values={values}
          onChange={setValues}
          error={save.error}
          stored
        />
        <div className="flex justify-end">
          <Button kind="primary" type="submit" isPending={save.isPending}>
            {t("accounts.save")}
          </Button>
        </div>
      </Form>
    </Card>
  );
}

function RemoveAccount({ account }: { account: Account }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => removed(api.DELETE("/api/v1/accounts/{id}", { params: { path: { id: account.id } } })),
    onSuccess: async () => {
      toast(t("accounts.removed", { name: account.name }));
      await navigate({ to: "/accounts" });
      await client.invalidateQueries({ queryKey: ["accounts"] });
    },
    meta: { quiet: true },
  });
  return (
    <>
      <Button onPress={() => setAsking(true)}>
        <Trash2 aria-hidden size={14} />
        {t("accounts.remove")}
      </Button>
      <ConfirmDialog
        title={t("accounts.removeTitle", { name: account.name })}
        isOpen={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate()}
        pending={remove.isPending}
        error={remove.error}
        action={t("accounts.remove")}
      >
        <p>{t("accounts.removeText")}</p>
      </ConfirmDialog>
    </>
  );
}
