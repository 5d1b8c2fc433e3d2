import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "../../api/types";
import { messagesQuery } from "../../app/queries";
import type { Answers } from "../../domain/answer";
import { ErrorState, ProblemNote, Skeleton } from "../../ui/States";
import { Composer } from "./Composer";
import { ConversationHeader } from "./ConversationHeader";
import { MessageView } from "./MessageView";
import { NoModel } from "./NoModel";
import { Speaker } from "./Speaker";
import { useAnswers } from "./useAnswers";
import { useFollowEnd } from "./useFollowEnd";
import { usePostMessage } from "./useSend";

interface ConversationProps {
  id: string;
  title?: string;
  /** It has the page to itself: its title is the page's. */
  alone?: boolean;
}

export function Conversation({ id, title, alone }: ConversationProps) {
  const { t } = useTranslation();
  const { at } = useSearch({ from: "/shell/assistant/$conversationId" });
  // The branch before stays until the next one is there: the pager keeps its place and the focus.
  const { data, error, refetch } = useQuery({ ...messagesQuery(id, at), placeholderData: keepPreviousData });
  const answers = useAnswers(id);
  const post = usePostMessage(id, at);
  const messages = useMemo(() => withAnswers(data?.items ?? [], answers, id), [data, answers, id]);
  const streaming = messages.findLast((message) => message.status === "streaming");
  const waiting = messages.at(-1)?.role === "user";
  const scroller = useFollowEnd(messages);
  return (
    <section aria-label={title || t("nav.assistant")} className="flex min-h-0 min-w-0 flex-1 flex-col">
      <ConversationHeader id={id} title={title} alone={alone} />
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto px-4 sm:px-8">
        {error && !data ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <ol
            aria-label={t("assistant.messages")}
            className="mx-auto flex w-full max-w-3xl flex-col gap-7 py-8"
          >
            {!data && <MessageSkeletons />}
            {messages.map((message) => (
              <MessageView
                key={message.branches?.[0] ?? message.id}
                message={message}
                onSend={streaming || waiting ? undefined : (sending) => post.mutate(sending)}
              />
            ))}
            {waiting && data && <MessageView message={thinking(id)} />}
          </ol>
        )}
      </div>
      <div className="px-4 pb-4 sm:px-8">
        <div className="mx-auto w-full max-w-3xl">
          <NoModel />
          <ProblemNote error={post.error} />
          <Composer
            pending={post.isPending}
            onSend={(text, attachments) => post.mutate({ text, attachments })}
            answering={streaming?.run_id}
          />
          <p className="text-ink-3 mt-2 hidden text-center text-xs sm:block">{t("assistant.keys")}</p>
        </div>
      </div>
      <Speaker message={streaming} />
    </section>
  );
}

/** History, with the words that are still arriving; an answer that history lacks is added where one is awaited. */
function withAnswers(history: Message[], answers: Answers, conversation: string): Message[] {
  const known = new Set(history.map((message) => message.id));
  const current = history.map((message) => {
    const live = answers.get(message.id);
    return message.status === "streaming" && live && live.text.length > message.text.length
      ? { ...message, text: live.text }
      : message;
  });
  const awaited = history.at(-1)?.role === "user";
  const added = awaited ? [...answers].filter(([id]) => !known.has(id)) : [];
  return [...current, ...added.map(([id, { text }]) => ({ ...thinking(conversation), id, text }))];
}

function thinking(conversation: string): Message {
  return {
    id: "thinking",
    conversation_id: conversation,
    role: "assistant",
    text: "",
    status: "streaming",
    created_at: new Date().toISOString(),
  };
}

function MessageSkeletons() {
  return (
    <>
      <li className="flex justify-end">
        <Skeleton className="h-10 w-3/5 rounded-2xl" />
      </li>
      <li className="flex flex-col gap-2">
        <Skeleton className="h-4 w-full" />
        <Skeleton className="h-4 w-4/5" />
        <Skeleton className="h-4 w-2/3" />
      </li>
    </>
  );
}
