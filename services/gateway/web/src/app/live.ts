import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { create } from "zustand";
import type { ApiError } from "../api/problem";
import { follow, type StreamEvent, type StreamState } from "../api/sse";
import { useSession } from "./session";
import { isStale, staleAfter } from "../domain/feed";

interface LiveStream {
  /** Null: do not connect. */
  url: string | null;
  onEvent: (event: StreamEvent) => "end" | void;
  onState?: (state: StreamState) => void;
  onRefused?: (error: ApiError) => void;
}

/** After this long in the background a stream is let go: a browser allows six connections to one host, over all tabs. */
const hiddenLimit = 20_000;

/** Follows a stream while the component is shown and the tab is visible; resumes where it stopped. */
export function useStream({ url, onEvent, onState, onRefused }: LiveStream): void {
  const epoch = useSession((session) => session.epoch);
  const handlers = useRef({ onEvent, onState, onRefused });
  useEffect(() => {
    handlers.current = { onEvent, onState, onRefused };
  });
  useEffect(() => {
    if (url === null) return;
    let lastEventId: string | undefined;
    let connection: AbortController | undefined;
    let letGo: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const connect = () => {
      clearTimeout(letGo);
      if (connection || ended) return;
      connection = new AbortController();
      void follow(url, {
        lastEventId,
        signal: connection.signal,
        onEvent: (event) => {
          lastEventId = event.id ?? lastEventId;
          return handlers.current.onEvent(event);
        },
        onState: (state) => {
          ended ||= state === "ended";
          handlers.current.onState?.(state);
        },
        onRefused: (error) => {
          ended = true;
          if (error.status === 401) return useSession.setState({ expired: true });
          handlers.current.onRefused?.(error);
        },
      });
    };
    const onVisibility = () => {
      if (document.visibilityState === "visible") return connect();
      letGo = setTimeout(() => {
        connection?.abort();
        connection = undefined;
      }, hiddenLimit);
    };
    connect();
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      clearTimeout(letGo);
      connection?.abort();
      document.removeEventListener("visibilitychange", onVisibility);
    };
  }, [url, epoch]);
}

interface Feed {
  state: StreamState;
}

export const useFeed = create<Feed>()(() => ({ state: "connecting" }));

/** How long changes are gathered before what they touch is read again. */
const gatherMs = 200;

/** Keeps every list fresh: each change that the server tells of marks what it touches as stale. */
export function useLiveFeed(): void {
  const client = useQueryClient();
  const gathered = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useStream({
    url: "/api/v1/events",
    onState: (state) => {
      useFeed.setState({ state });
    },
    onEvent: ({ event }) => {
      for (const resource of staleAfter(event)) gathered.current.add(resource);
      timer.current ??= setTimeout(() => {
        const stale = gathered.current;
        gathered.current = new Set();
        timer.current = undefined;
        void client.invalidateQueries({ predicate: ({ queryKey }) => isStale(queryKey, stale) });
      }, gatherMs);
    },
  });
}
