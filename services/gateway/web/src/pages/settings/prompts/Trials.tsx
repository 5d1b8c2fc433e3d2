import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sentence } from "../../../api/problem";
import type { Evaluation } from "../../../api/types";
import { promptTrialsQuery } from "../../../app/promptQueries";
import { itemsOf } from "../../../ui/listItems";
import { LoadMore } from "../../../ui/LoadMore";
import { ErrorState, SkeletonRows } from "../../../ui/States";
import { Time } from "../../../ui/Time";
import { Nothing, Part } from "./Part";

/** How versions did on the corrected answers, beside the one in production. */
export function Trials({ promptId }: { promptId: string }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(promptTrialsQuery(promptId));
  const trials = itemsOf(query.data);
  return (
    <Part title={t("prompts.trials")} lead={t("prompts.trialsText")}>
      {query.isError && !query.data ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows rows={2} height={58} />
      ) : trials.length === 0 ? (
        <Nothing>{t("prompts.noTrials")}</Nothing>
      ) : (
        <ul>
          {trials.map((one) => (
            <Trial key={one.id} trial={one} />
          ))}
        </ul>
      )}
      <LoadMore query={query} />
    </Part>
  );
}

function Trial({ trial }: { trial: Evaluation }) {
  const { t } = useTranslation();
  const { version, against, passed, passed_before: before, cases, problem } = trial;
  return (
    <li className="border-line border-b px-4 py-3 last:border-0">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <p className="font-medium">{t("prompts.trial", { version, against })}</p>
        <p className="text-ink-3 text-sm">
          <Time at={trial.evaluated_at} />
        </p>
      </div>
      {cases.length > 0 && (
        <p className="text-ink-2">{t("prompts.passed", { passed, before, of: cases.length })}</p>
      )}
      {problem && <p className="text-bad break-words">{sentence(problem)}</p>}
    </li>
  );
}
