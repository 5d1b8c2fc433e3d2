import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { TapEvent } from "../../api/types";
import { clockTime } from "../../domain/format";

interface EventListProps {
  events: TapEvent[];
  openId?: string;
  onOpen: (id: string) => void;
}

const rowHeight = 36;

export function EventList({ events, openId, onOpen }: EventListProps) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => events[index]?.id ?? index,
    overscan: 20,
  });
  return (
    <div ref={scroller} className="min-h-0 min-w-0 flex-1 overflow-y-auto">
      <ol aria-label={t("events.list")} className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const event = events[row.index];
          return (
            event && (
              <li
                key={row.key}
                aria-setsize={events.length}
                aria-posinset={row.index + 1}
                className="absolute inset-x-0 top-0"
                style={{ height: row.size, transform: `translateY(${row.start}px)` }}
              >
                <EventRow event={event} open={event.id === openId} onOpen={() => onOpen(event.id)} />
              </li>
            )
          );
        })}
      </ol>
    </div>
  );
}

interface EventRowProps {
  event: TapEvent;
  open: boolean;
  onOpen: () => void;
}

function EventRow({ event, open, onOpen }: EventRowProps) {
  const [type, rest] = [event.type, event.subject.slice(event.type.length)];
  return (
    <button
      type="button"
      aria-pressed={open}
      onClick={onOpen}
      className={`border-line focus-inset flex h-full w-full items-center gap-4 border-b px-4 text-left sm:px-6 ${
        open ? "bg-accent-soft" : "hover:bg-hover"
      }`}
    >
      <time dateTime={event.time} className="text-ink-3 tabular shrink-0 font-mono text-xs">
        {clockTime(new Date(event.time))}
      </time>
      <span className="min-w-0 flex-1 truncate font-mono text-sm">
        <span className="font-medium">{type}</span>
        <span className="text-ink-3">{rest}</span>
      </span>
      <span className="text-ink-3 hidden text-sm sm:inline">{event.source}</span>
    </button>
  );
}
