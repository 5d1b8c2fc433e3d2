// Why a trigger started a run, or none: which time is asked about, and what the answer means.

export const spans = ["quarter", "hour", "day", "time"] as const;
export type Span = (typeof spans)[number];

const minutes: Record<Exclude<Span, "time">, number> = { quarter: 15, hour: 60, day: 24 * 60 };

/** Which time is asked about. */
export interface Stretch {
  /** A moment (RFC 3339) or a time of the day. */
  at?: string;
  until?: string;
}

/** The stretch of time that a person asks about; `time` is a time of the day such as `08:00`. */
export function stretchOf(span: Span, time: string, now: Date): Stretch {
  if (span === "time") return { at: time.trim() };
  const from = new Date(now.getTime() - minutes[span] * 60_000);
  return { at: from.toISOString(), until: now.toISOString() };
}

/** How good or bad what happened is: a run, a wait, a choice of the workflow, or trouble. */
export type Gravity = "started" | "held" | "kept" | "trouble" | "nothing";

const kept = new Set([
  "filtered",
  "debounced",
  "batched",
  "singleton",
  "replaced",
  "error_run",
  "off",
  "disabled",
]);

export function gravityOf(code: string): Gravity {
  if (code === "started" || code === "held") return code;
  if (code === "not_due" || code === "nothing_received") return "nothing";
  return kept.has(code) ? "kept" : "trouble";
}

const advices = [
  "filtered",
  "filter_failed",
  "off",
  "removed",
  "held",
  "missed",
  "not_due",
  "overflow",
  "not_permitted",
  "not_executable",
] as const;
type Advice = (typeof advices)[number] | "account" | "flow" | "no_call" | "no_event";

const flow = new Set(["debounced", "batched", "singleton", "replaced", "key_failed", "too_large"]);

/** What a person can do about it; undefined when nothing needs doing. */
export function adviceOf(code: string, kind: string): Advice | undefined {
  if (code === "disabled") return "off";
  if (code.startsWith("account_")) return "account";
  if (flow.has(code)) return "flow";
  if (code === "nothing_received") {
    return kind === "webhook" ? "no_call" : kind === "integration_event" ? "no_event" : undefined;
  }
  return advices.find((one) => one === code);
}
