import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ApiError } from "../../api/problem";
import type { StreamEvent, StreamState } from "../../api/sse";
import type { RunEvent } from "../../api/types";
import { useStream } from "../../app/live";
import { foldRun, type RunState } from "../../domain/run";

interface RunLog {
  run: RunState;
  state: StreamState;
  refused: ApiError | null;
}

const last = new Set(["run_completed", "run_failed", "run_cancelled"]);

/** Follows a run's log and folds it. Events are taken in once per frame, however many arrive. */
export function useRunLog(id: string, ready: boolean): RunLog {
  const [events, setEvents] = useState<RunEvent[]>([]);
  const [state, setState] = useState<StreamState>("connecting");
  const [refused, setRefused] = useState<ApiError | null>(null);
  const pending = useRef<RunEvent[]>([]);
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  const onEvent = useCallback((event: StreamEvent) => {
    if (event.event === "end") return "end";
    const entry = asRunEvent(event);
    if (!entry) return;
    pending.current.push(entry);
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      const arrived = pending.current;
      pending.current = [];
      setEvents((known) => [...known, ...arrived]);
    });
    return last.has(entry.type) ? "end" : undefined;
  }, []);
  useStream({
    url: ready ? `/api/v1/runs/${id}/events` : null,
    onEvent,
    onState: setState,
    onRefused: setRefused,
  });
  const run = useMemo(() => foldRun(events), [events]);
  return { run, state, refused };
}

/** The entry in a stream event; its `seq` is in the data or is the event's id. */
function asRunEvent({ id, data }: StreamEvent): RunEvent | undefined {
  if (typeof data !== "object" || data === null || !("type" in data)) return undefined;
  const seq = "seq" in data ? data.seq : Number(id);
  return { ...data, seq } as RunEvent;
}
