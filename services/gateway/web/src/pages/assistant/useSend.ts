import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, idempotencyKey, unwrap } from "../../api/client";
import type { Message } from "../../api/types";

interface Messages {
  items: Message[];
}

/** Posts a message; it is shown at once and marked until the server has it. */
export function usePostMessage(conversationId: string) {
  const client = useQueryClient();
  const key = ["conversations", conversationId, "messages"];
  return useMutation({
    mutationFn: (text: string) => post(conversationId, text),
    onMutate: (text) => {
      const message: Message = {
        id: `pending-${idempotencyKey()}`,
        conversation_id: conversationId,
        role: "user",
        text,
        status: "completed",
        created_at: new Date().toISOString(),
      };
      client.setQueryData<Messages>(key, (data) => data && { ...data, items: [...data.items, message] });
    },
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
}

/** Opens a conversation with its first message and goes there. */
export function useStartConversation() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (text: string) => {
      const conversation = await unwrap(
        api.POST("/api/v1/conversations", {
          params: { header: { "Idempotency-Key": idempotencyKey() } },
          body: { title: titleOf(text) },
        }),
      );
      await post(conversation.id, text);
      return conversation;
    },
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ["list", "conversations"] });
      await navigate({ to: "/assistant/$conversationId", params: { conversationId: id } });
    },
  });
}

function post(id: string, text: string) {
  return unwrap(
    api.POST("/api/v1/conversations/{id}/messages", {
      params: { path: { id }, header: { "Idempotency-Key": idempotencyKey() } },
      body: { text },
    }),
  );
}

const titleLimit = 60;

function titleOf(text: string): string {
  const line = text.split("\n")[0] ?? "";
  return line.length > titleLimit ? `${line.slice(0, titleLimit - 1).trimEnd()}…` : line;
}
