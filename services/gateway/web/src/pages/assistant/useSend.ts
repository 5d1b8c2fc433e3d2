import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, idempotencyKey, unwrap } from "../../api/client";
import type { Message, NewMessage } from "../../api/types";

interface Messages {
  items: Message[];
}

/** What a person sends: behind the last message of the branch that is shown, or beside another one. */
export interface Sending {
  /** Left out: the same as what it replaces. */
  text?: string;
  /** Hashes of files. Left out: those of what it replaces. */
  attachments?: string[];
  /** The message that it takes the place of, in a branch of its own. */
  replaces?: string;
}

/** Posts a message; it is shown at once and marked until the server has it. Its branch is shown then. */
export function usePostMessage(conversationId: string, at?: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const key = ["conversations", conversationId, "messages"];
  const shown = [...key, { at }];
  return useMutation({
    mutationFn: ({ text, attachments, replaces }: Sending) => {
      if (replaces) return post(conversationId, { text, attachments, replaces });
      // The newest branch goes on behind whatever is posted last, wherever that was.
      const behind = at && client.getQueryData<Messages>(shown)?.items.findLast(isKept)?.id;
      return post(conversationId, { text, attachments, after: behind || undefined });
    },
    onMutate: ({ text, replaces }) => {
      const message: Message = {
        id: `${pending}${idempotencyKey()}`,
        conversation_id: conversationId,
        role: "user",
        text: "",
        status: "completed",
        created_at: new Date().toISOString(),
      };
      client.setQueryData<Messages>(shown, (data) => {
        if (!data) return data;
        const from = data.items.findIndex(({ id }) => id === replaces);
        const kept = from < 0 ? data.items : data.items.slice(0, from);
        const said = text ?? data.items[from]?.text ?? "";
        return { ...data, items: [...kept, { ...message, text: said }] };
      });
    },
    onSuccess: async (posted) => {
      if (at) {
        // What is read for the first time is not read again when the answer is told meanwhile: so it begins with what is shown.
        client.setQueryData([...key, { at: posted.id }], client.getQueryData<Messages>(shown));
        await navigate({
          to: "/assistant/$conversationId",
          params: { conversationId },
          search: { at: posted.id },
          replace: true,
        });
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
}

const pending = "pending-";

function isKept({ id, role }: Message): boolean {
  return role === "user" && !id.startsWith(pending);
}

/** Opens a conversation with its first message and goes there. */
export function useStartConversation() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async ({ text, attachments }: Pick<Sending, "attachments"> & { text: string }) => {
      const conversation = await unwrap(
        api.POST("/api/v1/conversations", {
          params: { header: { "Idempotency-Key": idempotencyKey() } },
          body: { title: titleOf(text) },
        }),
      );
      await post(conversation.id, { text, attachments });
      return conversation;
    },
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ["list", "conversations"] });
      await navigate({ to: "/assistant/$conversationId", params: { conversationId: id } });
    },
  });
}

function post(id: string, body: NewMessage) {
  return unwrap(
    api.POST("/api/v1/conversations/{id}/messages", {
      params: { path: { id }, header: { "Idempotency-Key": idempotencyKey() } },
      body,
    }),
  );
}

const titleLimit = 60;

function titleOf(text: string): string {
  const line = text.split("\n")[0] ?? "";
  return line.length > titleLimit ? `${line.slice(0, titleLimit - 1).trimEnd()}…` : line;
}
