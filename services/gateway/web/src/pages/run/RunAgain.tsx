import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { FlaskConical, RotateCcw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, idempotencyKey, unwrap } from "../../api/client";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";

interface RunAgainProps {
  run: string;
  /** The first node to run again; left out, the whole run. */
  at?: string;
}

/** Runs again from a node or from the start: dry at once, live after a question. Then shows the new run. */
export function RunAgain({ run, at }: RunAgainProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const fork = useMutation({
    mutationFn: (dry: boolean) =>
      unwrap(
        api.POST("/api/v1/runs/{id}/fork", {
          params: { path: { id: run }, header: { "Idempotency-Key": idempotencyKey() } },
          body: { at, dry },
        }),
      ),
    onSuccess: (started) => {
      setAsking(false);
      void navigate({ to: "/runs/$runId", params: { runId: started.id } });
    },
  });
  return (
    <>
      <Button onPress={() => fork.mutate(true)} isDisabled={fork.isPending}>
        <FlaskConical aria-hidden size={14} />
        {t(at ? "run.again.dryFrom" : "run.again.dry")}
      </Button>
      <Button onPress={() => setAsking(true)} isDisabled={fork.isPending}>
        <RotateCcw aria-hidden size={14} />
        {t(at ? "run.again.from" : "run.again.all")}
      </Button>
      <ConfirmDialog
        title={t(at ? "run.again.fromTitle" : "run.again.allTitle", { node: at })}
        isOpen={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => fork.mutate(false)}
        pending={fork.isPending}
        error={fork.error}
        action={t(at ? "run.again.from" : "run.again.all")}
      >
        <p>{t(at ? "run.again.fromText" : "run.again.allText")}</p>
      </ConfirmDialog>
    </>
  );
}
