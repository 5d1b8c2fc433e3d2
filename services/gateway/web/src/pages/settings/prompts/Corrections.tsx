import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Feedback } from "../../../api/types";
import { promptCasesQuery } from "../../../app/promptQueries";
import { pathOf } from "../../../domain/jsonDiff";
import { LinkButton } from "../../../ui/Button";
import { Side } from "../../../ui/Differences";
import { itemsOf } from "../../../ui/listItems";
import { LoadMore } from "../../../ui/LoadMore";
import { ErrorState, SkeletonRows } from "../../../ui/States";
import { Time } from "../../../ui/Time";
import { Nothing, Part } from "./Part";

/** The answers that people found wrong: what the next version is tried on. */
export function Corrections({ promptId }: { promptId: string }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(promptCasesQuery(promptId));
  const cases = itemsOf(query.data);
  return (
    <Part title={t("prompts.corrections")} lead={t("prompts.correctionsText")}>
      {query.isError && !query.data ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows rows={2} height={72} />
      ) : cases.length === 0 ? (
        <Nothing>{t("prompts.noCorrections")}</Nothing>
      ) : (
        <ul>
          {cases.map((one) => (
            <Correction key={one.id} said={one} />
          ))}
        </ul>
      )}
      <LoadMore query={query} />
    </Part>
  );
}

function Correction({ said }: { said: Feedback }) {
  const { t } = useTranslation();
  return (
    <li className="border-line flex flex-wrap items-start gap-x-4 gap-y-2 border-b px-4 py-3 last:border-0">
      <div className="min-w-0 flex-1 basis-60">
        <p className="text-ink-3 text-sm">
          {pathOf(said.path) || t("feedback.whole")} · {t("prompts.line", { version: said.version })} ·{" "}
          <Time at={said.given_at} />
        </p>
        <div className="font-mono text-xs">
          <Side sign="−" value={said.answered} tone="bg-bad-soft" />
          {said.expected != null && <Side sign="+" value={said.expected} tone="bg-ok-soft" />}
        </div>
        {said.comment && <p className="text-ink-2 mt-1 break-words">{said.comment}</p>}
      </div>
      {said.run_id && (
        <LinkButton to="/runs/$runId" params={{ runId: said.run_id }} kind="quiet" small>
          {t("prompts.toRun")}
        </LinkButton>
      )}
    </li>
  );
}
