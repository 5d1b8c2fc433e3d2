// The answers that are streaming in a conversation, folded from sequenced deltas.

export interface Delta {
  message_id: string;
  /** The model call that says it; an answer may come of several, and the words of the last one count. */
  invocation_id: string | null;
  /** 1, 2, 3, … within the call. */
  seq: number;
  /** Where `text` begins in the whole answer, in characters (code points). */
  offset: number;
  text: string;
}

export interface StreamingAnswer {
  invocation: string | null;
  seq: number;
  text: string;
}

export type Answers = ReadonlyMap<string, StreamingAnswer>;

/** Adds one delta. A repeat changes nothing; after a reload the first delta may start anywhere. */
export function addDelta(answers: Answers, delta: Delta): Answers {
  const before = answers.get(delta.message_id);
  const known = before?.invocation === delta.invocation_id ? before : { seq: 0, text: "" };
  if (delta.seq <= known.seq) return answers;
  const characters = Array.from(known.text);
  const text = characters.slice(0, delta.offset).join("") + delta.text;
  return new Map(answers).set(delta.message_id, { invocation: delta.invocation_id, seq: delta.seq, text });
}

/** Whole sentences from `spoken` on: what a screen reader should say next, and how far that reaches. */
export function nextSentences(text: string, spoken: number): { say: string; spoken: number } {
  const rest = text.slice(spoken);
  const ends = [...rest.matchAll(/[.!?…:](?=\s)|\n/g)];
  const last = ends.at(-1);
  if (!last) return { say: "", spoken };
  const end = last.index + last[0].length;
  return { say: rest.slice(0, end).trim(), spoken: spoken + end };
}
