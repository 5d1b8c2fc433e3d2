import { useInfiniteQuery } from "@tanstack/react-query";
import { BellOff, CheckCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { notificationsQuery } from "../../app/queries";
import { useTitle } from "../../app/title";
import { Button, LinkButton } from "../../ui/Button";
import { itemsOf } from "../../ui/listItems";
import { LoadMore } from "../../ui/LoadMore";
import { Card, PageBody, PageHeader } from "../../ui/PageHeader";
import { EmptyState, ErrorState, SkeletonRows } from "../../ui/States";
import { NotificationRow, useMarkRead } from "./NotificationRow";

export function NotificationsPage() {
  const { t } = useTranslation();
  useTitle(t("nav.notifications"));
  const query = useInfiniteQuery(notificationsQuery);
  const { mutate: markRead } = useMarkRead();
  const items = itemsOf(query.data);
  const unread = items.filter((item) => !item.read);
  return (
    <>
      <PageHeader
        title={t("nav.notifications")}
        lead={t("notifications.lead")}
        actions={
          unread.length > 0 && (
            <Button onPress={() => unread.forEach((item) => markRead(item.id))}>
              <CheckCheck aria-hidden size={15} />
              {t("notifications.readAll")}
            </Button>
          )
        }
      />
      <PageBody>
        {query.isPending ? (
          <Card>
            <SkeletonRows rows={5} height={64} />
          </Card>
        ) : query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : items.length === 0 ? (
          <EmptyState
            icon={BellOff}
            title={t("notifications.none")}
            actions={<LinkButton to="/workflows/new">{t("notifications.toTemplates")}</LinkButton>}
          >
            {t("notifications.noneText")}
          </EmptyState>
        ) : (
          <Card>
            <ul>
              {items.map((notification) => (
                <NotificationRow key={notification.id} notification={notification} />
              ))}
            </ul>
          </Card>
        )}
        <LoadMore query={query} />
      </PageBody>
    </>
  );
}
