import { createParser } from "eventsource-parser";
import { toApiError, type ApiError } from "./problem";

export interface StreamEvent {
  id?: string;
  event: string;
  data: unknown;
}

export type StreamState = "connecting" | "live" | "retrying" | "ended";

export interface StreamOptions {
  /** Called for each event, in order. Answer "end" when the stream is complete and must not be resumed. */
  onEvent: (event: StreamEvent) => "end" | void;
  onState?: (state: StreamState) => void;
  /** Called once, when the server refuses the stream for good (4xx). */
  onRefused?: (error: ApiError) => void;
  lastEventId?: string;
  signal: AbortSignal;
}

const firstWait = 500;
const longestWait = 15_000;
/** The server pings every 15 s; a connection silent for longer is dead. */
const silenceLimit = 45_000;

/** Follows a server-sent event stream until `signal` aborts: resumes by Last-Event-ID, with backoff. */
export async function follow(url: string, options: StreamOptions): Promise<void> {
  let lastEventId = options.lastEventId;
  let wait = firstWait;
  while (!options.signal.aborted) {
    try {
      options.onState?.("connecting");
      const ended = await readOnce(url, { ...options, lastEventId }, (event) => {
        if (event.id !== undefined) lastEventId = event.id;
        wait = firstWait;
      });
      if (ended) return options.onState?.("ended");
    } catch (error) {
      if (options.signal.aborted) return;
      // A place that the stream does not know (any more): begin again.
      const forgotten = error instanceof Refused && error.cause.status === 400 && lastEventId !== undefined;
      if (forgotten) lastEventId = undefined;
      else if (error instanceof Refused) return options.onRefused?.(error.cause);
    }
    if (options.signal.aborted) return;
    options.onState?.("retrying");
    await pause(wait * (0.75 + Math.random() / 2), options.signal);
    wait = Math.min(wait * 2, longestWait);
  }
}

class Refused extends Error {
  constructor(readonly cause: ApiError) {
    super(cause.message);
  }
}

/** Reads one connection to its end; true when the consumer declared the stream complete. */
async function readOnce(
  url: string,
  options: StreamOptions,
  onAny: (event: StreamEvent) => void,
): Promise<boolean> {
  const connection = new AbortController();
  const stop = () => connection.abort();
  options.signal.addEventListener("abort", stop, { once: true });
  let silence = setTimeout(stop, silenceLimit);
  try {
    const headers: Record<string, string> = { accept: "text/event-stream" };
    if (options.lastEventId !== undefined) headers["last-event-id"] = options.lastEventId;
    const response = await fetch(url, { headers, signal: connection.signal, cache: "no-store" });
    if (!response.ok || !response.body) {
      const error = toApiError(response.status, await response.json().catch(() => undefined));
      throw response.status >= 400 && response.status < 500 && response.status !== 429
        ? new Refused(error)
        : error;
    }
    options.onState?.("live");
    let ended = false;
    const parser = createParser({
      onEvent: ({ id, event, data }) => {
        if (ended) return;
        const parsed = { id, event: event ?? "message", data: parseData(data) };
        onAny(parsed);
        ended = options.onEvent(parsed) === "end";
      },
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return ended;
      clearTimeout(silence);
      silence = setTimeout(stop, silenceLimit);
      parser.feed(value);
      if (ended) return true;
    }
  } finally {
    clearTimeout(silence);
    options.signal.removeEventListener("abort", stop);
    connection.abort();
  }
}

function parseData(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
