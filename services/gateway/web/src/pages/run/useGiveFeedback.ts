import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, idempotencyKey, unwrap } from "../../api/client";
import type { NewFeedback } from "../../api/types";
import { toast } from "../../ui/toast";

/** Says that a model's answer, or a part of it, is right or wrong. */
export function useGiveFeedback(invocationId: string, onDone?: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewFeedback) =>
      unwrap(
        api.POST("/api/v1/invocations/{id}/feedback", {
          params: { path: { id: invocationId }, header: { "Idempotency-Key": idempotencyKey() } },
          body,
        }),
      ),
    onSuccess: (_feedback, { verdict }) => {
      void client.invalidateQueries({ queryKey: ["invocations", "one", invocationId] });
      void client.invalidateQueries({ queryKey: ["list", "prompts"] });
      toast(t(verdict === "right" ? "feedback.keptRight" : "feedback.keptWrong"));
      onDone?.();
    },
    meta: { quiet: true },
  });
}
