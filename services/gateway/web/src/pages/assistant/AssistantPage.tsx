import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { conversationQuery, conversationsQuery } from "../../app/queries";
import { useTitle } from "../../app/title";
import { itemsOf } from "../../ui/listItems";
import { useMedia, wide } from "../../ui/media";
import { PageHeader } from "../../ui/PageHeader";
import { useSettled } from "../../ui/useSettled";
import { Conversation } from "./Conversation";
import { ConversationList } from "./ConversationList";
import { NewConversation } from "./NewConversation";

const settleMs = 300;

/** Conversations beside the one that is open; on small screens below the place to begin one. */
export function AssistantPage() {
  const { t } = useTranslation();
  const { conversationId } = useParams({ strict: false });
  const side = useMedia(wide);
  const [typed, setTyped] = useState("");
  const q = useSettled(typed.trim(), settleMs) || undefined;
  const query = useInfiniteQuery({ ...conversationsQuery(q), placeholderData: keepPreviousData });
  const conversations = itemsOf(query.data);
  const { data: opened } = useQuery({
    ...conversationQuery(conversationId ?? ""),
    enabled: conversationId !== undefined,
  });
  const title = opened?.title ?? conversations.find(({ id }) => id === conversationId)?.title;
  useTitle(title || t("nav.assistant"));
  const list = (
    <ConversationList
      conversations={conversations}
      query={query}
      openId={conversationId}
      search={{ typed, onType: setTyped, isNarrowed: q !== undefined }}
    />
  );
  const open = conversationId && (
    <Conversation key={conversationId} id={conversationId} title={title} alone={!side} />
  );
  if (!side) {
    return (
      open || (
        <>
          <PageHeader wide title={t("nav.assistant")} />
          <NewConversation />
          {list}
        </>
      )
    );
  }
  return (
    <div className="flex min-h-0 flex-1">
      {list}
      {open || <NewConversation />}
    </div>
  );
}
