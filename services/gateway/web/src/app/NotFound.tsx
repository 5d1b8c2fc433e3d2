import { Compass } from "lucide-react";
import { useTranslation } from "react-i18next";
import { LinkButton } from "../ui/Button";
import { EmptyState } from "../ui/States";

/** An address that names nothing. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <EmptyState
      alone
      icon={Compass}
      title={t("notFound.title")}
      actions={
        <LinkButton to="/inbox" kind="primary">
          {t("notFound.home")}
        </LinkButton>
      }
    >
      {t("notFound.text")}
    </EmptyState>
  );
}
