import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { StreamEvent } from "../../api/sse";
import { useStream } from "../../app/live";
import { addDelta, type Answers, type Delta } from "../../domain/answer";

/** The answers that are streaming in a conversation. Words are painted once per frame, however many arrive. */
export function useAnswers(conversationId: string): Answers {
  const client = useQueryClient();
  const [shown, setShown] = useState<Answers>(new Map());
  const latest = useRef<Answers>(shown);
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  const onEvent = useCallback(
    ({ event, data }: StreamEvent) => {
      if (event === "delta" && isDelta(data)) {
        latest.current = addDelta(latest.current, data);
        cancelAnimationFrame(frame.current);
        frame.current = requestAnimationFrame(() => setShown(latest.current));
        return;
      }
      if (event === "ready") return;
      void client.invalidateQueries({ queryKey: ["conversations", conversationId, "messages"] });
    },
    [client, conversationId],
  );
  useStream({ url: `/api/v1/conversations/${conversationId}/stream`, onEvent });
  return shown;
}

function isDelta(data: unknown): data is Delta {
  return typeof data === "object" && data !== null && "message_id" in data && "seq" in data && "text" in data;
}
