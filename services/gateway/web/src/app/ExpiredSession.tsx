import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { SignInForm } from "../pages/door/SignInForm";
import { Dialog } from "../ui/Dialog";
import { meQuery } from "./queries";
import { useSession } from "./session";

/** The session ended while a page was open: sign in above it, so that nothing typed is lost. */
export function ExpiredSession() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data: me } = useQuery({ ...meQuery, enabled: false });
  const done = () => {
    useSession.setState(({ epoch }) => ({ expired: false, epoch: epoch + 1 }));
    void client.invalidateQueries();
  };
  return (
    <Dialog title={t("session.expired")} isOpen onClose={done} firm>
      <p className="text-ink-2 mb-4">{t("session.expiredText")}</p>
      <SignInForm email={me?.email} onDone={done} />
    </Dialog>
  );
}
