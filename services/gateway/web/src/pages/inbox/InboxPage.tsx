import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Archive, Inbox } from "lucide-react";
import { useTranslation } from "react-i18next";
import { inboxQuery } from "../../app/queries";
import { useTitle } from "../../app/title";
import { LinkButton } from "../../ui/Button";
import { cx } from "../../ui/cx";
import { itemsOf } from "../../ui/listItems";
import { useMedia, wide } from "../../ui/media";
import { PageHeader } from "../../ui/PageHeader";
import { ErrorState, SkeletonRows } from "../../ui/States";
import { CategoryFilter } from "./CategoryFilter";
import { InboxDetail } from "./InboxDetail";
import { InboxList } from "./InboxList";
import { NothingHere } from "./NothingHere";
import { useInboxKeys } from "./useInboxKeys";

/** What arrived and what the workflows made of it: the list, and beside it the item that is open. */
export function InboxPage() {
  const { t } = useTranslation();
  const filter = useSearch({ from: "/shell/inbox" });
  const { itemId } = useParams({ strict: false });
  const navigate = useNavigate();
  const side = useMedia(wide);
  const query = useInfiniteQuery(inboxQuery(filter));
  const items = itemsOf(query.data);
  const unread = items.filter((item) => !item.read).length;
  useTitle(unread > 0 ? `${t("nav.inbox")} (${unread})` : t("nav.inbox"));
  const open = (id: string | undefined) =>
    void (id
      ? navigate({ to: "/inbox/$itemId", params: { itemId: id }, search: filter, replace: side })
      : navigate({ to: "/inbox", search: filter }));
  useInboxKeys({ items, itemId, side, open });

  // Nothing to choose from: the list has the page to itself.
  const alone = query.isSuccess && items.length === 0 && !itemId;
  const list = (
    <section
      aria-label={t("inbox.list")}
      className={cx(
        "border-line flex min-h-0 min-w-0 flex-1 flex-col",
        !alone && "lg:max-w-md lg:flex-[0_0_26rem] lg:border-r xl:flex-[0_0_30rem] xl:max-w-[30rem]",
      )}
    >
      <PageHeader
        wide
        title={t(filter.archived ? "inbox.archived" : "nav.inbox")}
        meta={
          unread > 0 &&
          !filter.archived && (
            <span className="text-ink-3 tabular">{t("inbox.unreadCount", { count: unread })}</span>
          )
        }
        actions={<ArchiveToggle archived={filter.archived} />}
      />
      {!filter.archived && !(alone && !filter.category) && (
        <CategoryFilter filter={filter} categories={query.data?.pages[0]?.categories ?? []} />
      )}
      {query.isPending ? (
        <SkeletonRows rows={8} height={84} />
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : items.length === 0 ? (
        <NothingHere filter={filter} />
      ) : (
        <InboxList items={items} openId={itemId} filter={filter} query={query} />
      )}
    </section>
  );
  const detail = itemId && <InboxDetail key={itemId} id={itemId} onLeave={() => open(undefined)} />;
  if (!side) return detail || list;
  return (
    <div className="flex min-h-0 flex-1">
      {list}
      {detail || (!alone && <NothingOpen />)}
    </div>
  );
}

function ArchiveToggle({ archived }: { archived?: boolean }) {
  const { t } = useTranslation();
  return (
    <LinkButton to="/inbox" search={archived ? {} : { archived: true }} kind="quiet" small>
      {archived ? <Inbox aria-hidden size={14} /> : <Archive aria-hidden size={14} />}
      {t(archived ? "nav.inbox" : "inbox.archived")}
    </LinkButton>
  );
}

function NothingOpen() {
  const { t } = useTranslation();
  return (
    <div className="text-ink-3 grid flex-1 place-items-center p-6 text-center">
      <p>{t("inbox.nothingOpen")}</p>
    </div>
  );
}
