import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleAlert, FlaskConical } from "lucide-react";
import { useTranslation } from "react-i18next";
import { sentence } from "../../../api/problem";
import { promptTrialsQuery } from "../../../app/promptQueries";
import { itemsOf } from "../../../ui/listItems";

/** That a version is tried before it takes effect; once it was, why it did not. */
export function TriedNote({ promptId, version }: { promptId: string; version: number }) {
  const { t } = useTranslation();
  const { data } = useInfiniteQuery(promptTrialsQuery(promptId));
  const trial = itemsOf(data).find((one) => one.version === version && one.label !== null);
  if (trial && !trial.problem) return null;
  if (trial?.problem) {
    return (
      <p role="alert" className="bg-bad-soft flex gap-2.5 rounded-xl px-3.5 py-2.5">
        <CircleAlert aria-hidden size={16} className="text-bad mt-0.5 shrink-0" />
        <span className="min-w-0 break-words">{sentence(trial.problem)}</span>
      </p>
    );
  }
  return (
    <p role="status" className="bg-accent-soft flex gap-2.5 rounded-xl px-3.5 py-2.5">
      <FlaskConical aria-hidden size={16} className="text-accent mt-0.5 shrink-0" />
      {t("prompts.tried", { version })}
    </p>
  );
}
