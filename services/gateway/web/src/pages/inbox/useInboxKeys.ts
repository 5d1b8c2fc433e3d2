import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { InboxItem } from "../../api/types";
import { useCommands, type Command } from "../../app/commands";
import { inboxItemQuery } from "../../app/queries";
import { useArchiveItem, useChangeItem } from "./useInboxItem";

interface InboxKeys {
  items: InboxItem[];
  itemId?: string;
  /** List and detail are side by side: moving opens. */
  side: boolean;
  open: (id: string | undefined) => void;
}

const focusedId = () => {
  const row = document.activeElement?.closest<HTMLElement>("[data-inbox-item]");
  return row?.dataset.inboxItem;
};

/** j and k move, Enter opens, e archives, u marks as unread: triage without a mouse. */
export function useInboxKeys(state: InboxKeys): void {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { mutate: change } = useChangeItem();
  const archiveItem = useArchiveItem();
  const latest = useRef(state);
  useEffect(() => {
    latest.current = state;
  });
  const commands = useMemo((): Command[] => {
    const section = t("nav.inbox");
    const current = () => latest.current.itemId ?? focusedId();
    const index = () => latest.current.items.findIndex((item) => item.id === current());
    const moveTo = (position: number) => {
      const { items, side, open, itemId } = latest.current;
      const item = items[Math.max(0, Math.min(position, items.length - 1))];
      if (!item) return;
      if (side || itemId) open(item.id);
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>(`[data-inbox-item="${item.id}"]`)?.focus(),
      );
      void client.prefetchQuery(inboxItemQuery(item.id));
    };
    const archive = () => {
      const { items, itemId, open } = latest.current;
      const at = index();
      const item = items[at];
      if (!item) return;
      archiveItem(item);
      const next = items[at + 1] ?? items[at - 1];
      if (itemId) open(next?.id);
    };
    return [
      { id: "inbox.next", title: t("inbox.next"), section, keys: "j", run: () => moveTo(index() + 1) },
      {
        id: "inbox.previous",
        title: t("inbox.previous"),
        section,
        keys: "k",
        run: () => moveTo(Math.max(0, index() - 1)),
      },
      {
        id: "inbox.open",
        title: t("inbox.open"),
        section,
        keys: "o",
        run: () => {
          const id = current();
          if (id) latest.current.open(id);
          requestAnimationFrame(() => document.getElementById("inbox-detail")?.focus());
        },
      },
      { id: "inbox.archive", title: t("inbox.archive"), section, keys: "e", run: archive },
      {
        id: "inbox.unread",
        title: t("inbox.markUnread"),
        section,
        keys: "u",
        run: () => {
          const id = current();
          if (id) change({ id, read: false });
        },
      },
      {
        id: "inbox.back",
        title: t("inbox.back"),
        section,
        keys: "Escape",
        run: () => latest.current.itemId && latest.current.open(undefined),
      },
    ];
  }, [t, client, change, archiveItem]);
  useCommands(commands);
}
