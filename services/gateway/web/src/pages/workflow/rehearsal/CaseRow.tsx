import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { BacktestCase, BacktestEffect } from "../../../api/types";
import { fails, fateOf, type Fate } from "../../../domain/backtest";
import { shortId } from "../../../domain/format";
import { nodeKey } from "../../../domain/run";
import { Badge, type Tone } from "../../../ui/Badge";
import { JsonView } from "../../../ui/JsonView";

const tones: Record<Fate, Tone> = {
  same: "ok",
  differs: "warn",
  filtered: "note",
  notStarted: "note",
  notReached: "note",
};

/** One past run: how it went, how it would go, and which effects would be others. */
export function CaseRow({ one }: { one: BacktestCase }) {
  const { t } = useTranslation();
  const fate = fateOf(one);
  const changed = one.effects.filter((effect) => effect.change !== "same");
  return (
    <li className="border-line flex flex-col gap-2 border-b px-4 py-3 last:border-0">
      <p className="flex flex-wrap items-center gap-2">
        <Link
          to="/runs/$runId"
          params={{ runId: one.run_id }}
          aria-label={t("rehearsal.runNamed", { id: shortId(one.run_id) })}
          className="text-accent rounded font-mono text-sm hover:underline"
        >
          …{shortId(one.run_id)}
        </Link>
        <Badge tone={fails(one) ? "bad" : tones[fate]}>
          {t(fails(one) ? "rehearsal.fate.fails" : `rehearsal.fate.${fate}`)}
        </Badge>
        <Ends one={one} />
      </p>
      {changed.length > 0 && (
        <ul className="flex flex-col gap-2">
          {changed.map((effect) => (
            <Effect key={`${nodeKey(effect.node, effect.iteration)} ${effect.change}`} effect={effect} />
          ))}
        </ul>
      )}
      {(one.more_effects ?? 0) > 0 && (
        <p className="text-ink-3 text-sm">{t("rehearsal.moreEffects", { count: one.more_effects })}</p>
      )}
    </li>
  );
}

function Ends({ one: { verdict, before } }: { one: BacktestCase }) {
  const { t } = useTranslation();
  const was = before ? t(`runs.state.${stateOf(before)}`) : t("rehearsal.logGone");
  switch (verdict.kind) {
    case "filtered":
    case "not_started":
      return <span className="text-ink-2 min-w-0 text-sm break-words">{verdict.message}</span>;
    case "not_reached":
      return null;
    case "ended":
      return (
        <span className="text-ink-2 text-sm">
          {t("rehearsal.wasWould", { was, would: t(`runs.state.${stateOf(verdict.status)}`) })}
          {verdict.error && <span className="font-mono"> · {verdict.error}</span>}
        </span>
      );
  }
}

function Effect({ effect }: { effect: BacktestEffect }) {
  const { t } = useTranslation();
  const node = nodeKey(effect.node, effect.iteration);
  return (
    <li className="bg-sunken min-w-0 rounded-lg px-3 py-2">
      <p className="flex flex-wrap gap-2 text-sm">
        <span className="font-medium break-all">{node}</span>
        <span className="text-ink-2 font-mono">
          {effect.protocol}.{effect.operation}
        </span>
        <span>{t(`rehearsal.effect.${effect.change}`)}</span>
      </p>
      {effect.request !== undefined && (
        <JsonView value={effect.request} label={t("rehearsal.requestOf", { node })} />
      )}
    </li>
  );
}

const states = ["running", "completed", "failed", "cancelled"] as const;

function stateOf(status: string): (typeof states)[number] {
  return states.find((one) => one === status) ?? "running";
}
