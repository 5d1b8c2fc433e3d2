import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { NodeDiff, NodeSide } from "../../api/types";
import { dollars, duration } from "../../domain/format";
import type { NodeState } from "../../domain/run";
import type { NodePair } from "../../domain/runDiff";
import { Badge, type Tone } from "../../ui/Badge";
import { cx } from "../../ui/cx";
import { Differences } from "../../ui/Differences";
import { JsonView } from "../../ui/JsonView";
import { StateBadge } from "../runs/RunStatusBadge";

const tones: Record<NodeDiff["change"], Tone> = {
  same: "plain",
  changed: "warn",
  only_left: "bad",
  only_right: "ok",
};

/** One node in both runs; opened, what it put out on each side and which fields differ. */
export function PairRow({ pair }: { pair: NodePair }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const detail = useId();
  const { diff, key, fields } = pair;
  return (
    <li className="border-line border-b last:border-0">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={detail}
        onClick={() => setOpen(!open)}
        className="hover:bg-hover focus-inset grid w-full grid-cols-2 items-center gap-x-4 gap-y-1 px-4 py-2.5 text-left sm:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)_minmax(0,1fr)]"
      >
        <span className="col-span-2 flex min-w-0 items-center gap-2 sm:col-span-1">
          <ChevronRight
            aria-hidden
            size={14}
            className={cx("text-ink-3 shrink-0 transition-transform", open && "rotate-90")}
          />
          <span className="truncate font-medium">{key}</span>
          <Badge tone={tones[diff.change]}>{t(`compare.change.${diff.change}`)}</Badge>
        </span>
        <Side name={t("compare.left")} side={diff.left} />
        <Side name={t("compare.right")} side={diff.right} />
      </button>
      <div id={detail} hidden={!open}>
        {open && (
          <div className="animate-fade bg-canvas border-line flex flex-col gap-4 border-t px-4 py-4">
            {fields.length > 0 && <Differences changes={fields} label={t("compare.fields", { node: key })} />}
            {diff.change === "same" && <p className="text-ink-2">{t("compare.sameText")}</p>}
            {diff.change !== "same" && (
              <div className="grid gap-4 md:grid-cols-2">
                <Result name={t("compare.left")} side={diff.left} />
                <Result name={t("compare.right")} side={diff.right} />
              </div>
            )}
          </div>
        )}
      </div>
    </li>
  );
}

function Side({ name, side }: { name: string; side?: NodeSide | null }) {
  const { t } = useTranslation();
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-2 text-sm">
      <span className="sr-only">{name}: </span>
      {side ? (
        <StateBadge state={stateOf(side.status)} />
      ) : (
        <span className="text-ink-3">{t("compare.absent")}</span>
      )}
      {side?.taken && <Badge tone="note">{t("compare.taken")}</Badge>}
      {side?.duration_ms != null && <span className="text-ink-2 tabular">{duration(side.duration_ms)}</span>}
      {side?.cost_cents != null && (
        <span className="text-ink-2 tabular">{dollars(side.cost_cents * 10_000)}</span>
      )}
    </span>
  );
}

function Result({ name, side }: { name: string; side?: NodeSide | null }) {
  const { t } = useTranslation();
  return (
    <div className="border-line bg-surface min-w-0 rounded-lg border">
      <h2 className="border-line text-ink-2 border-b px-3 py-1.5 text-sm font-medium">{name}</h2>
      <div className="max-h-80 overflow-auto p-2.5">
        {side?.result ? (
          <JsonView value={side.result} label={name} />
        ) : (
          <p className="text-ink-3 text-sm">{t(side ? "run.noOutputYet" : "compare.absent")}</p>
        )}
      </div>
    </div>
  );
}

const states = ["running", "waiting", "completed", "failed", "skipped", "cancelled"] as const;

function stateOf(status: string): NodeState {
  return states.find((one) => one === status) ?? "running";
}
