import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Archive, ArchiveRestore, ChevronLeft, ListTree, MailOpen, Mail } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { InboxItem } from "../../api/types";
import { inboxItemQuery } from "../../app/queries";
import { fullTime, initials, mediumTime, percent, words } from "../../domain/format";
import { Button, LinkButton } from "../../ui/Button";
import { IconButton } from "../../ui/IconButton";
import { ErrorState, Skeleton } from "../../ui/States";
import { InboxBadges } from "./InboxBadges";
import { useArchiveItem, useChangeItem } from "./useInboxItem";

/** One item: why it is here, and what it says. Opening it marks it as read. */
export function InboxDetail({ id, onLeave }: { id: string; onLeave: () => void }) {
  const { t } = useTranslation();
  const { data: item, error, refetch } = useQuery(inboxItemQuery(id));
  const { mutate: change } = useChangeItem();
  const archiveItem = useArchiveItem();
  const marked = useRef(false);
  const unread = item?.read === false;
  useEffect(() => {
    if (!unread || marked.current) return;
    marked.current = true;
    change({ id, read: true });
  }, [id, unread, change]);
  const archive = () => {
    if (!item) return;
    archiveItem(item);
    onLeave();
  };
  return (
    <article
      id="inbox-detail"
      tabIndex={-1}
      aria-label={item?.subject ?? t("states.loading")}
      className="bg-surface flex min-h-0 min-w-0 flex-1 flex-col overflow-y-auto outline-none"
    >
      <div className="bg-surface/90 border-line sticky top-0 z-10 flex items-center gap-1 border-b px-3 py-2 backdrop-blur sm:px-6">
        <div className="lg:hidden">
          <IconButton label={t("inbox.back")} onPress={onLeave}>
            <ChevronLeft aria-hidden size={18} />
          </IconButton>
        </div>
        <Button kind="quiet" onPress={archive} isDisabled={!item}>
          {item?.archived ? <ArchiveRestore aria-hidden size={15} /> : <Archive aria-hidden size={15} />}
          {t(item?.archived ? "inbox.restore" : "inbox.archive")}
        </Button>
        <Button kind="quiet" isDisabled={!item} onPress={() => change({ id, read: !item?.read })}>
          {item?.read ? <Mail aria-hidden size={15} /> : <MailOpen aria-hidden size={15} />}
          <span className="hidden sm:inline">{t(item?.read ? "inbox.markUnread" : "inbox.markRead")}</span>
        </Button>
        <span className="flex-1" />
        {item?.run_id && (
          <LinkButton to="/runs/$runId" params={{ runId: item.run_id }} kind="secondary">
            <ListTree aria-hidden size={15} />
            {t("inbox.run")}
          </LinkButton>
        )}
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : item ? (
        <Content item={item} />
      ) : (
        <div className="mx-auto flex w-full max-w-3xl flex-col gap-4 px-4 py-8 sm:px-8">
          <Skeleton className="h-6 w-3/5" />
          <Skeleton className="h-10 w-2/5" />
          <Skeleton className="h-40 w-full" />
        </div>
      )}
    </article>
  );
}

function Content({ item }: { item: InboxItem }) {
  const { t } = useTranslation();
  return (
    <div className="animate-fade mx-auto w-full max-w-3xl px-4 py-6 sm:px-8">
      <h2 className="text-xl font-semibold break-words">{item.subject || t("inbox.noSubject")}</h2>
      <div className="mt-4 flex items-center gap-3">
        <span
          aria-hidden
          className="bg-sunken text-ink-2 grid size-9 shrink-0 place-items-center rounded-full text-sm font-semibold"
        >
          {initials(item.from.name ?? item.from.address)}
        </span>
        <div className="min-w-0 flex-1">
          <p className="truncate font-medium">{item.from.name ?? item.from.address}</p>
          {item.from.name && <p className="text-ink-3 truncate text-sm">{item.from.address}</p>}
        </div>
        <time
          dateTime={item.received_at}
          title={fullTime(new Date(item.received_at))}
          className="text-ink-3 tabular text-right text-sm"
        >
          {mediumTime(new Date(item.received_at))}
        </time>
      </div>
      <Why item={item} />
      <div className="mt-6 text-md leading-relaxed break-words whitespace-pre-wrap">
        {item.body ?? item.preview}
      </div>
    </div>
  );
}

/** Why the item looks as it does: what decided, how sure it was, and the run to check. */
function Why({ item }: { item: InboxItem }) {
  const { t } = useTranslation();
  return (
    <div className="border-line bg-canvas mt-5 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl border px-4 py-3">
      <InboxBadges item={item} />
      <p className="text-ink-2 min-w-0 flex-1 basis-52">
        {item.category
          ? t("inbox.why", {
              category: words(item.category),
              share: item.confidence == null ? "–" : percent(item.confidence),
            })
          : t(item.run_id ? "inbox.whySorting" : "inbox.whyNone")}{" "}
        {item.run_id && (
          <Link
            to="/runs/$runId"
            params={{ runId: item.run_id }}
            className="text-accent font-medium hover:underline"
          >
            {t("inbox.seeRun")}
          </Link>
        )}
      </p>
    </div>
  );
}
