import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ListTree } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Run } from "../../api/types";
import { runsQuery, type RunFilter } from "../../app/queries";
import { duration, shortId } from "../../domain/format";
import { Badge } from "../../ui/Badge";
import { LinkButton } from "../../ui/Button";
import { itemsOf } from "../../ui/listItems";
import { LoadMore } from "../../ui/LoadMore";
import { TriggerIcon } from "../../ui/NodeIcon";
import { Card } from "../../ui/PageHeader";
import { EmptyState, ErrorState, SkeletonRows } from "../../ui/States";
import { Time } from "../../ui/Time";
import { StateBadge } from "./RunStatusBadge";

interface RunListProps {
  filter: RunFilter;
  /** The run to compare with: it is left out, and a row leads to the comparison. */
  against?: string;
}

/** Runs, newest first, kept up to date. */
export function RunList({ filter, against }: RunListProps) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(runsQuery(filter));
  const runs = itemsOf(query.data).filter(({ id }) => id !== against);
  if (query.isPending) {
    return (
      <Card>
        <SkeletonRows rows={7} height={60} />
      </Card>
    );
  }
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (runs.length === 0) {
    return (
      <EmptyState
        icon={ListTree}
        title={t(against ? "compare.alone" : filter.status ? "runs.emptyFilter" : "runs.empty")}
        actions={
          !filter.status &&
          !filter.workflow_id && <LinkButton to="/workflows">{t("runs.toWorkflows")}</LinkButton>
        }
      >
        {t(against ? "compare.aloneText" : "runs.emptyText")}
      </EmptyState>
    );
  }
  return (
    <>
      <Card>
        <ul>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} against={against} />
          ))}
        </ul>
      </Card>
      <LoadMore query={query} />
    </>
  );
}

function RunRow({ run, against }: { run: Run; against?: string }) {
  const { t } = useTranslation();
  const took = run.ended_at && Date.parse(run.ended_at) - Date.parse(run.started_at);
  return (
    <li className="border-line border-b last:border-0">
      <Link
        to={against ? "/runs/$runId/compare" : "/runs/$runId"}
        params={{ runId: against ?? run.id }}
        search={against ? { other: run.id } : {}}
        className="hover:bg-hover focus-inset flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 sm:px-5"
      >
        <span className="shrink-0 max-sm:order-1 sm:w-24">
          <StateBadge state={run.status} />
        </span>
        <span className="min-w-0 flex-1 max-sm:basis-full">
          <span className="flex items-center gap-2">
            <span className="truncate font-medium">{run.workflow_name}</span>
            {run.dry && <Badge tone="note">{t("run.dry")}</Badge>}
          </span>
          <span className="text-ink-3 flex items-center gap-1.5 text-sm">
            <TriggerIcon kind={run.trigger.kind} size={13} className="shrink-0" />
            <span className="truncate">
              {run.error?.message ?? t("runs.line", { version: run.version, id: shortId(run.id) })}
            </span>
          </span>
        </span>
        <span className="text-ink-3 tabular order-1 ml-auto text-right text-sm sm:w-18">
          {took !== null && took !== "" && duration(Number(took))}
        </span>
        <span className="text-ink-3 order-1 text-right text-sm sm:w-24">
          <Time at={run.started_at} />
        </span>
      </Link>
    </li>
  );
}
