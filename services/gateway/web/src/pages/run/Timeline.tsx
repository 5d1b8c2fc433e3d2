import { useTranslation } from "react-i18next";
import type { WorkflowDocument } from "../../api/types";
import { duration } from "../../domain/format";
import type { RunState } from "../../domain/run";
import { Card } from "../../ui/PageHeader";
import { SkeletonRows } from "../../ui/States";
import { NodeRow } from "./NodeRow";
import { useNow } from "./useNow";

interface TimelineProps {
  runId: string;
  run: RunState;
  /** The version that ran; without it inputs are unknown. */
  document?: WorkflowDocument;
  openKey?: string;
  onOpen: (key: string | undefined) => void;
}

/** The nodes of a run in the order in which they began, as bars on one time axis. */
export function Timeline({ runId, run, document, openKey, onOpen }: TimelineProps) {
  const { t } = useTranslation();
  const now = useNow(run.status === "running");
  const start = run.startedAt ?? now;
  const span = Math.max(1, (run.endedAt ?? Math.max(now, start)) - start);
  const types = new Map(document?.nodes.map((node) => [node.id, node.node_type]));
  return (
    <section aria-label={t("run.timeline")}>
      <div
        aria-hidden
        className="text-ink-3 tabular mb-1.5 hidden grid-cols-[minmax(0,2fr)_minmax(0,3fr)_10rem] gap-x-4 px-5 text-xs md:grid"
      >
        <span>{t("run.node")}</span>
        <span className="flex justify-between">
          <span>0</span>
          <span>{duration(span / 2)}</span>
          <span>{duration(span)}</span>
        </span>
      </div>
      <Card>
        <ol>
          {[...run.nodes.values()].map((node) => (
            <NodeRow
              key={node.key}
              runId={runId}
              node={node}
              nodeType={node.nodeType ?? types.get(node.node)}
              run={run}
              document={document}
              start={start}
              span={span}
              now={now}
              open={node.key === openKey}
              onToggle={() => onOpen(node.key === openKey ? undefined : node.key)}
            />
          ))}
        </ol>
        {run.nodes.size === 0 && <p className="text-ink-3 px-5 py-6">{t("run.nothingYet")}</p>}
      </Card>
    </section>
  );
}

export function TimelineSkeleton() {
  return (
    <Card>
      <SkeletonRows rows={4} height={52} />
    </Card>
  );
}
