import { useInfiniteQuery } from "@tanstack/react-query";
import { inboxQuery, notificationsQuery } from "./queries";

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
