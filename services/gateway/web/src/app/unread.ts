import { useInfiniteQuery } from "@tanstack/react-query";
import { isMine } from "../domain/mine";
import { itemsOf } from "../ui/listItems";
import { inboxQuery, notificationsQuery, questionsQuery } from "./queries";

/** Unread inbox items among those loaded. */
export function useUnreadCount(): number {
  const { data } = useInfiniteQuery(inboxQuery({}));
  return data?.pages.flatMap((page) => page.items).filter((item) => !item.read).length ?? 0;
}

/** Unread notifications among those loaded. */
export function useUnreadNotifications(): number {
  const { data } = useInfiniteQuery(notificationsQuery);
  return data?.pages.flatMap((page) => page.items).filter((item) => !item.read).length ?? 0;
}

/** Open questions that this person may decide, among those loaded. */
export function useMyQuestions(): number {
  const { data } = useInfiniteQuery(questionsQuery({ state: "open" }));
  return itemsOf(data).filter(isMine).length;
}
