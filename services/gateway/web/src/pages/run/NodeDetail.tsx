import type { TFunction } from "i18next";
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowDocument } from "../../api/types";
import { count, dollars, duration, fullTime } from "../../domain/format";
import type { EffectRun, NodeRun, RunState } from "../../domain/run";
import { inputsOf } from "../../domain/runInputs";
import { childOf } from "../../domain/runWaits";
import { CopyButton } from "../../ui/CopyButton";
import { JsonView } from "../../ui/JsonView";
import { Again } from "./again/Again";
import { AnswerFeedback } from "./AnswerFeedback";
import { FellBack } from "./FellBack";
import { NodeQuestions } from "./NodeQuestions";
import { NodeRounds } from "./NodeRounds";
import { RunLink } from "./RunWaits";

interface NodeDetailProps {
  runId: string;
  node: NodeRun;
  run: RunState;
  document?: WorkflowDocument;
}

/** What went in, what came out, what was asked of the world, and what went wrong. */
export function NodeDetail({ runId, node, run, document }: NodeDetailProps) {
  const { t } = useTranslation();
  const inputs = useMemo(() => document && inputsOf(document, run, node), [document, run, node]);
  const entry = run.trigger?.node === node.node;
  const answer = node.invocationIds.at(-1);
  return (
    <div className="animate-fade bg-canvas border-line border-t px-3 py-4 sm:px-5">
      {node.skipped && <p className="text-ink-2">{skipText(t, node.skipped)}</p>}
      {node.takenOver && <p className="text-ink-2 mb-3">{t("run.takenOver")}</p>}
      {node.wait && <p className="text-ink-2 mb-3">{waitText(t, node.wait)}</p>}
      {node.error && (
        <div className="bg-bad-soft mb-4 rounded-lg px-3.5 py-2.5">
          <p className="font-medium break-words">{node.error.message}</p>
          {node.error.hint && <p className="text-ink-2 break-words">{node.error.hint}</p>}
          <p className="text-ink-2 mt-1 font-mono text-xs">{node.error.code}</p>
          {node.error.detail !== undefined && node.error.detail !== null && (
            <div className="mt-2">
              <JsonView value={node.error.detail} label={t("run.errorDetail")} />
            </div>
          )}
        </div>
      )}
      <NodeRounds node={node} />
      <NodeQuestions node={node} />
      <Facts node={node} />
      {node.invocationIds.length > 0 && <FellBack runId={runId} ids={node.invocationIds} />}
      <div className="grid gap-4 md:grid-cols-2">
        <Values
          title={t("run.input")}
          values={entry ? undefined : inputs}
          none={entry ? t("run.isTrigger") : t("run.noInput")}
        />
        <Values
          title={t("run.output")}
          values={node.outputs}
          none={t(node.endedAt === undefined ? "run.noOutputYet" : "run.noOutput")}
        />
      </div>
      {answer !== undefined && <AnswerFeedback key={answer} id={answer} />}
      {node.withheld && (
        <div className="mt-4">
          <Panel
            title={t("run.withheld", {
              protocol: node.withheld.protocol,
              operation: node.withheld.operation,
            })}
            copy={node.withheld.request}
          >
            <JsonView value={node.withheld.request} label={t("run.request")} />
          </Panel>
        </div>
      )}
      {!entry && node.iteration.length === 0 && node.endedAt !== undefined && (
        <p className="mt-4 flex flex-wrap gap-2">
          <Again runId={runId} run={run} at={node.node} />
        </p>
      )}
      {node.effects.map((effect) => (
        <Effect key={effect.key} effect={effect} />
      ))}
    </div>
  );
}

function Effect({ effect }: { effect: EffectRun }) {
  const { t } = useTranslation();
  const { protocol, operation, request } = effect;
  const child = childOf(effect);
  return (
    <div className="mt-4">
      <Panel title={child ? t("run.child") : t("run.effect", { protocol, operation })} copy={request}>
        <JsonView value={request} label={t("run.request")} />
      </Panel>
      <p className="text-ink-2 mt-1 flex flex-wrap gap-x-2 text-sm">
        {child && <RunLink id={child} />}
        {effect.completedAt
          ? t("run.answeredIn", { time: duration(effect.completedAt - effect.requestedAt) })
          : t(effect.abandonedAt ? "run.abandoned" : "run.unanswered")}
      </p>
    </div>
  );
}

type T = TFunction;

function skipText(t: T, reason: NonNullable<NodeRun["skipped"]>): string {
  switch (reason.kind) {
    case "input_never_came":
      return t("run.skip.input", { port: reason.port });
    case "too_few_came":
      return t("run.skip.tooFew", { wanted: reason.wanted, came: reason.came });
    case "loop_failed":
      return t("run.skip.loopFailed", { node: reason.node });
    case "other_trigger":
      return t("run.skip.trigger");
    case "ignored":
      return t("run.skip.ignored");
  }
}

function waitText(t: T, { reason, wakeAt }: NonNullable<NodeRun["wait"]>): string {
  const until = fullTime(new Date(wakeAt));
  switch (reason.kind) {
    case "retry":
      return t("run.wait.retry", { until, tries: reason.tries, message: reason.error.message });
    case "inputs":
    case "event":
      return t(`run.wait.${reason.kind}`, { until });
    case "pause":
    case "deadline":
    case "decision":
    case "escalation":
      return t("run.wait.pause", { until });
  }
}

function Facts({ node }: { node: NodeRun }) {
  const { t } = useTranslation();
  const facts = [
    node.taken.length > 0 && t("run.tookPort", { port: node.taken.join(", ") }),
    node.turns && t("run.turns", node.turns),
    node.stopped && t("run.loopStopped", node.stopped),
    node.tokens > 0 && t("run.tokenCount", { count: node.tokens, text: count(node.tokens) }),
    node.costMicros > 0 && dollars(node.costMicros),
  ].filter(Boolean);
  return facts.length > 0 && <p className="text-ink-2 mb-3 text-sm">{facts.join(" · ")}</p>;
}

interface ValuesProps {
  title: string;
  values?: Record<string, unknown>;
  none: string;
}

/** The values of some ports; a single port's value without the port's name around it. */
function Values({ title, values, none }: ValuesProps) {
  const entries = Object.entries(values ?? {});
  const single = entries.length === 1 ? entries[0] : undefined;
  const value = single ? single[1] : values;
  return (
    <Panel title={single ? `${title} · ${single[0]}` : title} copy={entries.length > 0 ? value : undefined}>
      {entries.length > 0 ? (
        <JsonView value={value} label={title} />
      ) : (
        <p className="text-ink-3 text-sm">{none}</p>
      )}
    </Panel>
  );
}

interface PanelProps {
  title: string;
  copy?: unknown;
  children: ReactNode;
}

function Panel({ title, copy, children }: PanelProps) {
  return (
    <div className="border-line bg-surface min-w-0 rounded-lg border">
      <div className="border-line flex h-8 items-center justify-between border-b pr-1 pl-3">
        <h2 className="text-ink-2 truncate text-sm font-medium">{title}</h2>
        {copy !== undefined && <CopyButton text={JSON.stringify(copy, null, 2)} />}
      </div>
      <div className="max-h-96 overflow-auto p-2.5">{children}</div>
    </div>
  );
}
