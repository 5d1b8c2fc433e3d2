import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { notificationsQuery } from "../../app/queries";
import { LinkButton } from "../../ui/Button";
import { itemsOf } from "../../ui/listItems";
import { ProblemNote, SkeletonRows } from "../../ui/States";
import { NotificationRow } from "./NotificationRow";

const shown = 8;

/** The newest notifications, in the popover of the bell. */
export function Latest({ onLeave }: { onLeave: () => void }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(notificationsQuery);
  const items = itemsOf(query.data).slice(0, shown);
  return (
    <div className="flex max-h-[70dvh] flex-col">
      <div className="border-line flex items-center justify-between border-b py-2 pr-2 pl-4">
        <h2 className="font-semibold">{t("nav.notifications")}</h2>
        <LinkButton to="/notifications" kind="quiet" small onClick={onLeave}>
          {t("notifications.all")}
        </LinkButton>
      </div>
      <div className="min-h-0 overflow-y-auto">
        {query.isPending && <SkeletonRows rows={3} />}
        {query.isError && <ProblemNote error={query.error} />}
        {query.isSuccess && items.length === 0 && (
          <p className="text-ink-3 px-4 py-8 text-center">{t("notifications.none")}</p>
        )}
        <ul>
          {items.map((notification) => (
            <NotificationRow key={notification.id} notification={notification} onLeave={onLeave} />
          ))}
        </ul>
      </div>
    </div>
  );
}
