import { useTranslation } from "react-i18next";
import { Retention } from "../../retention/Retention";
import { ApprovalRules } from "./ApprovalRules";

/** What holds for every workflow, whatever it says itself. */
export function RulesTab() {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-8">
      <ApprovalRules />
      <section aria-label={t("retention.title")} className="flex flex-col gap-3">
        <h2 className="text-lg font-semibold">{t("retention.title")}</h2>
        <Retention />
      </section>
    </div>
  );
}
