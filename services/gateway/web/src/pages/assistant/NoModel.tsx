import { useQuery } from "@tanstack/react-query";
import { Unplug } from "lucide-react";
import { useTranslation } from "react-i18next";
import { statusQuery } from "../../app/queries";
import { LinkButton } from "../../ui/Button";

/** Says plainly that nobody can answer yet, and how to change that. */
export function NoModel() {
  const { t } = useTranslation();
  const { data: status } = useQuery(statusQuery);
  const check = status?.checks.find((one) => one.id === "llm");
  if (check?.state !== "missing") return null;
  return (
    <aside className="border-line bg-warn-soft mb-3 flex flex-wrap items-center gap-x-4 gap-y-3 rounded-2xl border px-4 py-3">
      <Unplug aria-hidden size={20} className="text-warn shrink-0" />
      <div className="min-w-0 flex-1 basis-60">
        <h2 className="font-semibold">{t("assistant.noModel")}</h2>
        <p className="text-ink-2">{check.hint ?? t("assistant.noModelText")}</p>
      </div>
      <LinkButton to="/accounts/new/$adapter" params={{ adapter: "llm" }} kind="primary">
        {t("assistant.addModel")}
      </LinkButton>
    </aside>
  );
}
