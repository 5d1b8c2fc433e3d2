import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { runQuery, versionQuery } from "../../app/queries";
import { useTitle } from "../../app/title";
import { PageBody } from "../../ui/PageHeader";
import { ErrorState, Skeleton } from "../../ui/States";
import { RunHeader } from "./RunHeader";
import { RunOutcome } from "./RunOutcome";
import { RunParts } from "./RunParts";
import { RunWaits } from "./RunWaits";
import { TimelineSkeleton } from "./Timeline";
import { useRunLog } from "./useRunLog";

/** One run, live: what each node got, did and put out. */
export function RunPage() {
  const { runId } = useParams({ from: "/shell/runs/$runId" });
  // The log of one run is nothing to the next, where a run that was started from this page leads.
  return <OneRun key={runId} runId={runId} />;
}

function OneRun({ runId }: { runId: string }) {
  const { t } = useTranslation();
  const { node, tab } = useSearch({ from: "/shell/runs/$runId" });
  const navigate = useNavigate();
  const { data: facts, error, refetch } = useQuery(runQuery(runId));
  const { run, refused } = useRunLog(runId, facts !== undefined);
  const { data: version } = useQuery({
    ...versionQuery(facts?.workflow_id ?? "", facts?.version ?? 0),
    enabled: facts !== undefined,
  });
  useTitle(facts ? t("run.title", { name: facts.workflow_name }) : t("nav.runs"));
  const failed = error ?? refused;
  if (failed && run.seq === 0) return <ErrorState error={failed} onRetry={() => void refetch()} />;
  if (!facts) {
    return (
      <PageBody>
        <Skeleton className="mt-5 h-8 w-72" />
        <Skeleton className="mt-3 h-4 w-96" />
        <div className="mt-8">
          <TimelineSkeleton />
        </div>
      </PageBody>
    );
  }
  return (
    <>
      <RunHeader facts={facts} run={run} />
      <PageBody>
        <RunOutcome run={run} />
        {run.seq === 0 ? (
          <TimelineSkeleton />
        ) : (
          <>
            <RunWaits run={run} />
            <RunParts
              id={runId}
              run={run}
              document={version?.document ?? undefined}
              tab={tab ?? "timeline"}
              openKey={node}
              onShow={(search) =>
                void navigate({ to: "/runs/$runId", params: { runId }, search, replace: true })
              }
            />
          </>
        )}
      </PageBody>
    </>
  );
}
