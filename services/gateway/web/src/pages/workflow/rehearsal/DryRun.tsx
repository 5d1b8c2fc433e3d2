import { useQuery } from "@tanstack/react-query";
import { FlaskConical } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Workflow } from "../../../api/types";
import { runQuery } from "../../../app/queries";
import { Button, LinkButton } from "../../../ui/Button";
import { ProblemNote, Skeleton } from "../../../ui/States";
import { RunOutcome } from "../../run/RunOutcome";
import { useRunLog } from "../../run/useRunLog";
import { Withheld } from "../../run/Withheld";
import { StateBadge } from "../../runs/RunStatusBadge";
import { StartFields } from "../StartFields";
import { useStart } from "../useStart";

/** Runs a version without sending anything, and lists what it would have sent. */
export function DryRun({ workflow, version }: { workflow: Workflow; version: number }) {
  const { t } = useTranslation();
  const [runId, setRunId] = useState<string>();
  const start = useStart({ workflow, version, dry: true, onStarted: setRunId });
  return (
    <div className="flex flex-col gap-4">
      <StartFields start={start} />
      <div>
        <Button kind="primary" onPress={() => start.run.mutate()} isPending={start.run.isPending}>
          <FlaskConical aria-hidden size={14} />
          {t("again.startDry")}
        </Button>
      </div>
      {runId && <Outcome key={runId} runId={runId} />}
    </div>
  );
}

function Outcome({ runId }: { runId: string }) {
  const { t } = useTranslation();
  const { data: facts, error } = useQuery(runQuery(runId));
  const { run, refused } = useRunLog(runId, facts !== undefined);
  const failed = error ?? refused;
  if (failed) return <ProblemNote error={failed} />;
  if (run.seq === 0) return <Skeleton className="h-16 rounded-xl" />;
  return (
    <div role="status" className="border-line flex flex-col gap-3 border-t pt-4">
      <div className="flex flex-wrap items-center gap-3">
        <StateBadge state={run.status} />
        <LinkButton small to="/runs/$runId" params={{ runId }}>
          {t("rehearsal.seeRun")}
        </LinkButton>
      </div>
      <RunOutcome run={run} />
      <Withheld run={run} />
    </div>
  );
}
