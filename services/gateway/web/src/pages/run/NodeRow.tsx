import { ChevronRight } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowDocument } from "../../api/types";
import { duration, words } from "../../domain/format";
import type { NodeRun, NodeState, RunState } from "../../domain/run";
import { cx } from "../../ui/cx";
import { NodeIcon } from "../../ui/NodeIcon";
import { StateBadge } from "../runs/RunStatusBadge";
import { NodeDetail } from "./NodeDetail";

interface NodeRowProps {
  runId: string;
  node: NodeRun;
  nodeType?: string;
  run: RunState;
  document?: WorkflowDocument;
  /** The axis: where it starts and how long it is, in milliseconds. */
  start: number;
  span: number;
  now: number;
  open: boolean;
  onToggle: () => void;
}

const bars: Record<NodeState, string> = {
  running: "bg-accent",
  waiting: "bg-note",
  completed: "bg-ok",
  failed: "bg-bad",
  skipped: "bg-line-strong",
  cancelled: "bg-warn",
};

export function NodeRow({
  runId,
  node,
  nodeType,
  run,
  document,
  start,
  span,
  now,
  open,
  onToggle,
}: NodeRowProps) {
  const { t } = useTranslation();
  const detailId = useId();
  const skipped = node.state === "skipped";
  const from = node.startedAt ?? start;
  const took = (node.endedAt ?? Math.max(now, from)) - from;
  return (
    <li className="border-line border-b last:border-0">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={detailId}
        onClick={onToggle}
        className="hover:bg-hover focus-inset grid min-h-12 w-full grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 px-3 py-1.5 text-left sm:px-5 md:grid-cols-[minmax(0,2fr)_minmax(0,3fr)_10rem]"
      >
        <span
          className={cx("flex min-w-0 items-center gap-2.5", skipped && "opacity-75")}
          style={{ paddingLeft: node.iteration.length * 18 }}
        >
          <ChevronRight
            aria-hidden
            size={14}
            className={cx("text-ink-3 shrink-0 transition-transform", open && "rotate-90")}
          />
          <NodeIcon type={nodeType} size={16} className="text-ink-2 shrink-0" />
          <span className="min-w-0">
            <span className="block truncate font-medium">
              {node.node}
              {node.iteration.length > 0 && (
                <span className="text-ink-3 ml-1.5 font-normal">
                  {t("run.turn", { turn: node.iteration.map((index) => index + 1).join(".") })}
                </span>
              )}
            </span>
            <span className="text-ink-3 block truncate text-xs">{nodeType && words(nodeType)}</span>
          </span>
        </span>
        <span aria-hidden className="bg-sunken relative hidden h-2.5 overflow-hidden rounded-full md:block">
          {!skipped && (
            <span
              className={cx("absolute inset-y-0 min-w-1 rounded-full", bars[node.state])}
              style={{
                left: `${Math.min(99, ((from - start) / span) * 100)}%`,
                width: `${Math.min(100, (took / span) * 100)}%`,
              }}
            />
          )}
        </span>
        <span className="flex items-center justify-end gap-2.5">
          {!skipped && <span className="text-ink-2 tabular text-sm">{duration(took)}</span>}
          <StateBadge state={node.state} />
        </span>
      </button>
      <div id={detailId} hidden={!open}>
        {open && <NodeDetail runId={runId} node={node} run={run} document={document} />}
      </div>
    </li>
  );
}
