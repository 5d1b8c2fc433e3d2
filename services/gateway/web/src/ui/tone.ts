export type Tone = "plain" | "accent" | "ok" | "warn" | "bad" | "note";

/** The face of each tone: its ground and its words. */
export const tones: Record<Tone, string> = {
  plain: "bg-sunken text-ink-2",
  accent: "bg-accent-soft text-accent",
  ok: "bg-ok-soft text-ok",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  note: "bg-note-soft text-note",
};
