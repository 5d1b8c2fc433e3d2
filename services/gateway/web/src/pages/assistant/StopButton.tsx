import { useMutation } from "@tanstack/react-query";
import { Square } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, idempotencyKey, unwrap } from "../../api/client";
import { IconButton } from "../../ui/IconButton";

/** Ends the run that answers; what was said stays. */
export function StopButton({ runId }: { runId: string }) {
  const { t } = useTranslation();
  const stop = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/v1/runs/{id}/cancel", {
          params: { path: { id: runId }, header: { "Idempotency-Key": idempotencyKey() } },
        }),
      ),
  });
  return (
    <IconButton label={t("assistant.stop")} isDisabled={stop.isPending} onPress={() => stop.mutate()}>
      <Square aria-hidden size={15} />
    </IconButton>
  );
}
