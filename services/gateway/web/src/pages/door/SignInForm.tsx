import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Form } from "react-aria-components";
import { api, unwrap } from "../../api/client";
import { Button } from "../../ui/Button";
import { TextInput } from "../../ui/Field";
import { ProblemNote } from "../../ui/States";

/** Signs in with a password; on its page, and above a page whose session ended. */
export function SignInForm({ email: known, onDone }: { email?: string; onDone: () => void }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState(known ?? "");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/session", { body: { email, password } })),
    onSuccess: onDone,
    meta: { quiet: true },
  });
  return (
    <Form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate();
      }}
    >
      <ProblemNote error={signIn.error} />
      <TextInput
        label={t("session.email")}
        type="email"
        autoComplete="username"
        isRequired
        value={email}
        onChange={setEmail}
        autoFocus={!known}
      />
      <TextInput
        label={t("session.password")}
        type="password"
        autoComplete="current-password"
        isRequired
        value={password}
        onChange={setPassword}
        autoFocus={Boolean(known)}
      />
      <Button kind="primary" type="submit" isPending={signIn.isPending}>
        {t("session.signIn")}
      </Button>
    </Form>
  );
}
