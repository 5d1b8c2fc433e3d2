import { useMutation, useQueryClient, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, idempotencyKey, mayOutlive, unwrap } from "../../api/client";
import type { DecisionRequest, Question } from "../../api/types";
import { toast } from "../../ui/toast";

interface Pages {
  items: Question[];
}

/** Decides a question, at once on screen, even if the page is left right then; a refusal brings it back, with the reason. */
export function useDecide(id: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: DecisionRequest) =>
      unwrap(
        api.POST("/api/v1/questions/{id}/decision", {
          params: { path: { id }, header: { "Idempotency-Key": idempotencyKey() } },
          body,
          keepalive: mayOutlive(body),
        }),
      ),
    onMutate: async ({ decision }) => {
      await client.cancelQueries({ queryKey: ["list", "questions"] });
      change(client, id, { decision });
    },
    onSuccess: (_question, { decision }) => toast(t(`questions.did.${decision}`)),
    onError: (error) => {
      change(client, id, { decision: null });
      // The card of a question that others have decided is about to leave the page.
      if (error.status === 409 || error.status === 404) {
        toast(`${t("questions.tooLate")} ${error.message}`, { tone: "bad" });
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["list", "questions"] }),
    meta: { quiet: true },
  });
}

/** Passes a question on to others. */
export function useDelegate(id: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (to: string[]) =>
      unwrap(
        api.POST("/api/v1/questions/{id}/delegation", {
          params: { path: { id }, header: { "Idempotency-Key": idempotencyKey() } },
          body: { to },
        }),
      ),
    onSuccess: () => toast(t("questions.didDelegate")),
    onSettled: () => client.invalidateQueries({ queryKey: ["list", "questions"] }),
    meta: { quiet: true },
  });
}

function change(client: QueryClient, id: string, to: Partial<Question>): void {
  client.setQueriesData<InfiniteData<Pages>>(
    { queryKey: ["list", "questions"] },
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({
          ...page,
          items: page.items.map((one) => (one.id === id ? { ...one, ...to } : one)),
        })),
      },
  );
}
