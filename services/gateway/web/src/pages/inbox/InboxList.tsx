import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { InboxItem } from "../../api/types";
import type { InboxFilter } from "../../app/queries";
import { LoadMore } from "../../ui/LoadMore";
import { InboxRow } from "./InboxRow";

interface InboxListProps {
  items: InboxItem[];
  openId?: string;
  filter: InboxFilter;
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

const rowHeight = 88;

/** Only the rows in sight are in the page, so that thousands scroll like ten. */
export function InboxList({ items, openId, filter, query }: InboxListProps) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => items[index]?.id ?? index,
    overscan: 8,
  });
  const openIndex = items.findIndex((item) => item.id === openId);
  useEffect(() => {
    if (openIndex >= 0) rows.scrollToIndex(openIndex, { align: "auto" });
  }, [openIndex, rows]);
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
      <ul aria-label={t("inbox.items")} className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const item = items[row.index];
          return (
            item && (
              <li
                key={row.key}
                aria-setsize={items.length}
                aria-posinset={row.index + 1}
                className="absolute inset-x-0 top-0"
                style={{ height: row.size, transform: `translateY(${row.start}px)` }}
              >
                <InboxRow item={item} open={item.id === openId} filter={filter} />
              </li>
            )
          );
        })}
      </ul>
      <LoadMore query={query} />
    </div>
  );
}
