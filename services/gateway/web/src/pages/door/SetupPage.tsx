import { useMutation, useQuery } from "@tanstack/react-query";
import { Navigate, useRouter, useSearch } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { asApiError } from "../../api/problem";
import { setupQuery } from "../../app/queries";
import { queryClient } from "../../app/queryClient";
import { useTitle } from "../../app/title";
import { Button } from "../../ui/Button";
import { TextInput } from "../../ui/Field";
import { ProblemNote } from "../../ui/States";
import { DoorFrame } from "./DoorFrame";

export function SetupPage() {
  const { t } = useTranslation();
  useTitle(t("setup.title"));
  const { token } = useSearch({ from: "/setup" });
  const { data: setup } = useQuery(setupQuery);
  if (setup && !setup.needs_first_account) return <Navigate to="/sign-in" replace />;
  return (
    <DoorFrame title={t("setup.title")} lead={t("setup.lead")}>
      {token ? <AccountForm token={token} /> : <NoToken />}
    </DoorFrame>
  );
}

/** Without the link of the terminal nobody can claim the installation. */
function NoToken() {
  const { t } = useTranslation();
  return (
    <div className="flex gap-3">
      <KeyRound aria-hidden size={18} className="text-accent mt-0.5 shrink-0" />
      <div>
        <h2 className="font-semibold">{t("setup.noToken")}</h2>
        <p className="text-ink-2 mt-1">{t("setup.noTokenText")}</p>
        <pre className="bg-sunken mt-3 overflow-x-auto rounded-lg px-3 py-2 font-mono text-xs">
          cargo xtask status
        </pre>
      </div>
    </div>
  );
}

function AccountForm({ token }: { token: string }) {
  const { t } = useTranslation();
  const router = useRouter();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const create = useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/setup", { body: { token, name, email, password } })),
    onSuccess: () => {
      queryClient.clear();
      router.history.push("/inbox");
    },
    meta: { quiet: true },
  });
  const fault = (field: string) => (create.error ? asApiError(create.error).at(`/${field}`) : undefined);
  const elsewhere = create.error && !["name", "email", "password"].some(fault);
  return (
    <Form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      {elsewhere && <ProblemNote error={create.error} />}
      <TextInput
        label={t("setup.name")}
        autoComplete="name"
        isRequired
        autoFocus
        value={name}
        onChange={setName}
        error={fault("name")}
      />
      <TextInput
        label={t("session.email")}
        type="email"
        autoComplete="username"
        isRequired
        value={email}
        onChange={setEmail}
        error={fault("email")}
      />
      <TextInput
        label={t("session.password")}
        type="password"
        autoComplete="new-password"
        isRequired
        minLength={10}
        hint={t("setup.passwordHint")}
        value={password}
        onChange={setPassword}
        error={fault("password")}
      />
      <Button kind="primary" type="submit" isPending={create.isPending}>
        {t("setup.create")}
      </Button>
    </Form>
  );
}
