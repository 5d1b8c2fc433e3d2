import { useMutation, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import type { InboxItem } from "../../api/types";
import { toast } from "../../ui/toast";

interface Change {
  id: string;
  archived?: boolean;
  read?: boolean;
}

interface InboxPages {
  items: InboxItem[];
}

/** Changes an item at once on screen; a refusal brings the server's state back. */
export function useChangeItem() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: Change) =>
      unwrap(api.PATCH("/api/v1/inbox/{id}", { params: { path: { id } }, body })),
    onMutate: async (change) => {
      await client.cancelQueries({ queryKey: ["list", "inbox"] });
      client.setQueriesData<InfiniteData<InboxPages>>(
        { queryKey: ["list", "inbox"] },
        (data) =>
          data && {
            ...data,
            pages: data.pages.map((page) => ({ ...page, items: changed(page.items, change) })),
          },
      );
      client.setQueryData<InboxItem>(["inbox", change.id], (item) => item && { ...item, ...change });
    },
    onSettled: async (_data, _error, { id }) => {
      await client.invalidateQueries({ queryKey: ["list", "inbox"] });
      await client.invalidateQueries({ queryKey: ["inbox", id] });
    },
  });
}

/** Archives an item, or takes it back; either can be undone. */
export function useArchiveItem() {
  const { t } = useTranslation();
  const { mutate: change } = useChangeItem();
  return useCallback(
    ({ id, archived: was }: InboxItem) => {
      change({ id, archived: !was });
      toast(t(was ? "inbox.didRestore" : "inbox.didArchive"), {
        action: { label: t("actions.undo"), run: () => change({ id, archived: was }) },
      });
    },
    [change, t],
  );
}

/** An item that moves to the archive, or out of it, leaves the list that is shown. */
function changed(items: InboxItem[], change: Change): InboxItem[] {
  return items.flatMap((item) => {
    if (item.id !== change.id) return [item];
    return change.archived !== undefined && change.archived !== item.archived ? [] : [{ ...item, ...change }];
  });
}
