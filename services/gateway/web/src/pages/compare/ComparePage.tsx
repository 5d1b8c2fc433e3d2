import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { runQuery } from "../../app/queries";
import { useTitle } from "../../app/title";
import { PageBody, PageHeader } from "../../ui/PageHeader";
import { ErrorState, Skeleton } from "../../ui/States";
import { RunList } from "../runs/RunList";
import { Comparison } from "./Comparison";

/** A run beside another one of its workflow; first which one. */
export function ComparePage() {
  const { t } = useTranslation();
  const { runId } = useParams({ from: "/shell/runs/$runId/compare" });
  const { other } = useSearch({ from: "/shell/runs/$runId/compare" });
  const { data: run, error, refetch } = useQuery(runQuery(runId));
  useTitle(t("compare.title"));
  if (error && !run) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <PageHeader
        title={t("compare.title")}
        back={{ to: "/runs/$runId", params: { runId }, label: t("compare.back") }}
        lead={run && (other ? run.workflow_name : t("compare.choose", { name: run.workflow_name }))}
      />
      <PageBody>
        {!run ? (
          <Skeleton className="h-40 rounded-xl" />
        ) : other ? (
          <Comparison key={`${runId} ${other}`} left={run} rightId={other} />
        ) : (
          <RunList filter={{ workflow_id: run.workflow_id }} against={runId} />
        )}
      </PageBody>
    </>
  );
}
