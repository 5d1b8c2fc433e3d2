import { useEffect, useRef, useState } from "react";
import { noHistory, record, redo, undo, type History } from "../../domain/history";

/** A text whose changes are remembered, whoever makes them. */
export interface TextHistory {
  /** Changes of one group that follow each other at once are one step. */
  write: (text: string, group?: string) => void;
  /** The newest text, also before it is shown. */
  newest: () => string;
  undo?: () => void;
  redo?: () => void;
}

interface Remembered {
  text: string;
  history: History;
}

export function useTextHistory(text: string, apply: (text: string) => void): TextHistory {
  const [kept, setKept] = useState<Remembered>({ text, history: noHistory });
  // A save, a discarded draft or somebody else's version: a step like any other.
  const now = kept.text === text ? kept : stepped(kept, text, undefined, 0);
  if (now !== kept) setKept(now);
  const latest = useRef(now);
  useEffect(() => {
    latest.current = now;
  }, [now]);
  const become = (next: Remembered | undefined) => {
    if (!next) return;
    latest.current = next;
    setKept(next);
    apply(next.text);
  };
  return {
    write: (next, group) => become(stepped(latest.current, next, group, Date.now())),
    newest: () => latest.current.text,
    undo:
      now.history.past.length > 0
        ? () => become(undo(latest.current.history, latest.current.text))
        : undefined,
    redo:
      now.history.future.length > 0
        ? () => become(redo(latest.current.history, latest.current.text))
        : undefined,
  };
}

function stepped(
  { text, history }: Remembered,
  next: string,
  group: string | undefined,
  when: number,
): Remembered {
  return { text: next, history: record(history, text, next, { group, when }) };
}
