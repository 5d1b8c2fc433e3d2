import { useSyncExternalStore } from "react";
import { fullTime, relativeTime } from "../domain/format";

const listeners = new Set<() => void>();
let now = new Date();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) now = new Date();
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = new Date();
    for (const notify of listeners) notify();
  }, 20_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** A time relative to now, kept up to date by one clock for all; the full time is its title. */
export function Time({ at }: { at: string | number }) {
  const current = useSyncExternalStore(subscribe, () => now);
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={fullTime(date)} className="tabular whitespace-nowrap">
      {relativeTime(date, current)}
    </time>
  );
}
