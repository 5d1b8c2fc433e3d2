import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { InboxItem } from "../../api/types";
import type { InboxFilter } from "../../app/queries";
import { Time } from "../../ui/Time";
import { cx } from "../../ui/cx";
import { InboxBadges } from "./InboxBadges";

export function InboxRow({ item, open, filter }: { item: InboxItem; open: boolean; filter: InboxFilter }) {
  const { t } = useTranslation();
  return (
    <Link
      to="/inbox/$itemId"
      params={{ itemId: item.id }}
      search={filter}
      data-inbox-item={item.id}
      aria-current={open ? "true" : undefined}
      className={cx(
        "border-line focus-inset relative flex h-full flex-col justify-center gap-0.5 border-b px-4 sm:pr-5 sm:pl-6",
        open ? "bg-accent-soft" : "hover:bg-hover",
      )}
    >
      {!item.read && (
        <>
          <span
            aria-hidden
            className="bg-accent absolute top-1/2 left-1 size-1.5 -translate-y-1/2 rounded-full sm:left-2 sm:size-2"
          />
          <span className="sr-only">{t("inbox.isUnread")}</span>
        </>
      )}
      <span className="flex items-baseline gap-3">
        <span className={cx("min-w-0 flex-1 truncate", !item.read && "font-semibold")}>
          {item.from.name ?? item.from.address}
        </span>
        <span className="text-ink-3 text-xs">
          <Time at={item.received_at} />
        </span>
      </span>
      <span className={cx("truncate", item.read ? "text-ink-2" : "font-medium")}>
        {item.subject || t("inbox.noSubject")}
      </span>
      <span className="flex items-center gap-2">
        <span className="text-ink-3 min-w-0 flex-1 truncate text-sm">{item.preview}</span>
        <InboxBadges item={item} />
      </span>
    </Link>
  );
}
