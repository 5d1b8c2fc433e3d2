import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { invocationsQuery } from "../../app/queries";

/** Which models these calls would rather have asked, and why they did not answer. */
export function FellBack({ runId, ids }: { runId: string; ids: readonly string[] }) {
  const { t } = useTranslation();
  const { data } = useQuery(invocationsQuery(runId));
  const calls = data?.items.filter((call) => ids.includes(call.id) && call.fell_back_from.length > 0);
  return calls?.map((call) => (
    <p key={call.id} className="text-ink-2 mb-3 text-sm">
      {t("run.fellBack", {
        model: call.model,
        from: call.fell_back_from.map((passed) => `${passed.model} (${passed.code})`).join(", "),
      })}
    </p>
  ));
}
