import { useInfiniteQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { conversationsQuery } from "../../app/queries";
import { useTitle } from "../../app/title";
import { itemsOf } from "../../ui/listItems";
import { useMedia, wide } from "../../ui/media";
import { PageHeader } from "../../ui/PageHeader";
import { Conversation } from "./Conversation";
import { ConversationList } from "./ConversationList";
import { NewConversation } from "./NewConversation";

/** Conversations beside the one that is open; on small screens below the place to begin one. */
export function AssistantPage() {
  const { t } = useTranslation();
  const { conversationId } = useParams({ strict: false });
  const side = useMedia(wide);
  const query = useInfiniteQuery(conversationsQuery);
  const conversations = itemsOf(query.data);
  const title = conversations.find(({ id }) => id === conversationId)?.title;
  useTitle(title || t("nav.assistant"));
  const list = <ConversationList conversations={conversations} query={query} openId={conversationId} />;
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
