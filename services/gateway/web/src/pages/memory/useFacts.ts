import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, idempotencyKey, unwrap } from "../../api/client";
import { asApiError } from "../../api/problem";
import type { Fact, Forgetting, NewFact } from "../../api/types";
import { factHistoryQuery } from "../../app/memoryQueries";
import { earlier, forgotten, heir, type Forgotten } from "../../domain/memory";
import { toast } from "../../ui/toast";
import { handOn, rowIds } from "./rows";

async function refresh(client: QueryClient): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: ["list", "facts"] }),
    client.invalidateQueries({ queryKey: ["facts"] }),
  ]);
}

/** Tells the assistant something; also in the place of what it knew. */
export function useTell(onTold: (fact: Fact) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (told: NewFact) =>
      unwrap(
        api.POST("/api/v1/facts", {
          params: { header: { "Idempotency-Key": idempotencyKey() } },
          body: told,
        }),
      ),
    onSuccess: async (fact) => {
      await refresh(client);
      onTold(fact);
    },
    meta: { quiet: true },
  });
}

export function usePin(fact: Fact) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (pinned: boolean) =>
      unwrap(api.PATCH("/api/v1/facts/{id}", { params: { path: { id: fact.id } }, body: { pinned } })),
    onSuccess: () => refresh(client),
  });
}

/** Makes a supposition the person's word. What waited leaves its place: the focus goes to the row after it. */
export function useConfirm(fact: Fact) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      unwrap(api.PATCH("/api/v1/facts/{id}", { params: { path: { id: fact.id } }, body: { state: "held" } })),
    onMutate: () => {
      const leaving = new Set(fact.replaces ? [fact.replaces] : []);
      return fact.state === "proposed" ? heir(rowIds(), fact.id, leaving) : fact.id;
    },
    onSuccess: (_fact, _nothing, next) => {
      toast(t("memory.confirmed"));
      handOn(fact.id, next);
      return refresh(client);
    },
  });
}

/** Forgets a fact, with `all` also what it has replaced. What is gone already is forgotten. */
export function useForget(fact: Fact, onForgotten: (what: Forgotten) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (all: boolean) => {
      const history = all ? await unlessGone(client.fetchQuery(factHistoryQuery(fact.id))) : undefined;
      // The fact itself goes last: as long as it is there, this can be tried again.
      const ids = [...earlier(fact, history?.items ?? []), fact].map(({ id }) => id);
      const forgettings: Forgetting[] = [];
      for (const id of ids) {
        const path = { id };
        const one = await unlessGone(unwrap(api.DELETE("/api/v1/facts/{id}", { params: { path } })));
        if (one) forgettings.push(one);
      }
      return forgotten(ids, forgettings);
    },
    onSuccess: onForgotten,
    onSettled: (what) => {
      for (const id of what?.ids ?? []) client.removeQueries({ queryKey: ["facts", id] });
      void client.invalidateQueries({ queryKey: ["conversations"] });
      void refresh(client);
    },
    meta: { quiet: true },
  });
}

async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (cause) {
    const error = asApiError(cause);
    if (error.status !== 404) throw error;
  }
}
