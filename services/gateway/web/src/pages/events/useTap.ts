import { useCallback, useEffect, useRef, useState } from "react";
import type { ApiError } from "../../api/problem";
import type { StreamEvent, StreamState } from "../../api/sse";
import type { TapEvent } from "../../api/types";
import { useStream } from "../../app/live";

const limit = 1000;

export interface Tap {
  /** Newest first, at most a thousand. */
  events: TapEvent[];
  /** Arrived while paused. */
  held: number;
  state: StreamState;
  refused: ApiError | null;
  clear: () => void;
}

/** Live events of a subject pattern. While paused they are held back, not lost. */
export function useTap(pattern: string, paused: boolean): Tap {
  const [events, setEvents] = useState<TapEvent[]>([]);
  const [held, setHeld] = useState(0);
  const [state, setState] = useState<StreamState>("connecting");
  const [refused, setRefused] = useState<ApiError | null>(null);
  const waiting = useRef<TapEvent[]>([]);
  const frame = useRef(0);
  const isPaused = useRef(paused);

  const takeIn = useCallback(() => {
    if (isPaused.current) return setHeld(waiting.current.length);
    const arrived = waiting.current.toReversed();
    waiting.current = [];
    setHeld(0);
    if (arrived.length > 0) setEvents((known) => [...arrived, ...known].slice(0, limit));
  }, []);

  useEffect(() => {
    isPaused.current = paused;
    takeIn();
  }, [paused, takeIn]);

  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  const onEvent = useCallback(
    ({ data }: StreamEvent) => {
      if (!isTapEvent(data)) return;
      waiting.current.push(data);
      if (waiting.current.length > limit) waiting.current.shift();
      cancelAnimationFrame(frame.current);
      frame.current = requestAnimationFrame(takeIn);
    },
    [takeIn],
  );
  useStream({
    url: `/api/v1/tap?subject=${encodeURIComponent(pattern)}`,
    onEvent,
    onState: setState,
    onRefused: setRefused,
  });
  return { events, held, state, refused, clear: () => setEvents([]) };
}

function isTapEvent(data: unknown): data is TapEvent {
  return typeof data === "object" && data !== null && "subject" in data && "type" in data;
}
