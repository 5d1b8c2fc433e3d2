import { useQuery } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { LogIn } from "lucide-react";
import { useTranslation } from "react-i18next";
import { setupQuery } from "../../app/queries";
import { queryClient } from "../../app/queryClient";
import { useTitle } from "../../app/title";
import { buttonClass } from "../../ui/Button";
import { DoorFrame } from "./DoorFrame";
import { SignInForm } from "./SignInForm";

export function SignInPage() {
  const { t } = useTranslation();
  useTitle(t("session.signIn"));
  const { next } = useSearch({ from: "/sign-in" });
  const router = useRouter();
  const { data: setup } = useQuery(setupQuery);
  const enter = () => {
    queryClient.clear();
    router.history.push(next?.startsWith("/") && !next.startsWith("//") ? next : "/inbox");
  };
  return (
    <DoorFrame title={t("session.welcome")} lead={t("session.welcomeText")}>
      <SignInForm onDone={enter} />
      {setup && setup.oidc.length > 0 && (
        <>
          <div className="text-ink-3 my-5 flex items-center gap-3 text-sm">
            <span className="bg-line h-px flex-1" />
            {t("session.or")}
            <span className="bg-line h-px flex-1" />
          </div>
          <div className="flex flex-col gap-2">
            {setup.oidc.map((provider) => (
              <a
                key={provider.id}
                href={`/api/v1/auth/oidc/${provider.id}/start`}
                className={buttonClass({})}
              >
                <LogIn aria-hidden size={15} />
                {t("session.with", { name: provider.name })}
              </a>
            ))}
          </div>
        </>
      )}
    </DoorFrame>
  );
}
