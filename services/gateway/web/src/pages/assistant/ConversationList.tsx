import { Link } from "@tanstack/react-router";
import { MessageSquarePlus } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "../../api/types";
import { LinkButton } from "../../ui/Button";
import { inputClass } from "../../ui/Field";
import { LoadMore } from "../../ui/LoadMore";
import { ErrorState, SkeletonRows } from "../../ui/States";
import { Time } from "../../ui/Time";

interface ConversationListProps {
  conversations: Conversation[];
  openId?: string;
  search: {
    typed: string;
    onType: (text: string) => void;
    /** Whether only what has the words is listed. */
    isNarrowed: boolean;
  };
  query: {
    isPending: boolean;
    error: Error | null;
    refetch: () => unknown;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => unknown;
  };
}

export function ConversationList({ conversations, openId, query, search }: ConversationListProps) {
  const { t } = useTranslation();
  return (
    <section
      aria-label={t("assistant.conversations")}
      className="border-line flex flex-col max-lg:border-t lg:min-h-0 lg:w-72 lg:shrink-0 lg:border-r"
    >
      <h2 className="px-4 pt-4 pb-2 font-semibold sm:px-6 lg:hidden">{t("assistant.conversations")}</h2>
      <div className="hidden min-h-15 items-center justify-between px-4 py-3 lg:flex">
        <h1 className="text-xl font-semibold">{t("nav.assistant")}</h1>
        <LinkButton to="/assistant" small>
          <MessageSquarePlus aria-hidden size={14} />
          {t("assistant.new")}
        </LinkButton>
      </div>
      <div className="px-4 pb-2 sm:px-6 lg:px-4">
        <input
          type="search"
          aria-label={t("assistant.search")}
          placeholder={t("assistant.search")}
          value={search.typed}
          onChange={(event) => search.onType(event.target.value)}
          className={`${inputClass} h-8 pointer-coarse:h-10`}
        />
      </div>
      <div className="px-1.5 pb-3 sm:px-3.5 lg:min-h-0 lg:flex-1 lg:overflow-y-auto lg:px-2">
        {query.isPending && <SkeletonRows rows={4} height={52} />}
        {query.error && conversations.length === 0 && (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )}
        <p role="status" className="text-ink-3 px-2 py-3 empty:hidden">
          {!query.isPending &&
            !query.error &&
            conversations.length === 0 &&
            t(search.isNarrowed ? "assistant.noMatch" : "assistant.none")}
        </p>
        <ul className="flex flex-col gap-0.5">
          {conversations.map((conversation) => (
            <li key={conversation.id}>
              <Link
                to="/assistant/$conversationId"
                params={{ conversationId: conversation.id }}
                aria-current={conversation.id === openId ? "page" : undefined}
                className={`focus-inset block rounded-lg px-2.5 py-2 ${
                  conversation.id === openId ? "bg-accent-soft" : "hover:bg-hover"
                }`}
              >
                <span className="block truncate font-medium">
                  {conversation.title || t("assistant.untitled")}
                </span>
                <span className="text-ink-3 block truncate text-sm">
                  <Time at={conversation.updated_at} />
                  {conversation.last_message && ` · ${conversation.last_message}`}
                </span>
              </Link>
            </li>
          ))}
        </ul>
        <LoadMore query={query} />
      </div>
    </section>
  );
}
