import { useNavigate } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Workflow } from "../../api/types";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { StartFields } from "./StartFields";
import { useStart } from "./useStart";

/** Starts a run by hand, with the input that its trigger would have put out. */
export function RunNowDialog({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const start = useStart({
    workflow,
    onStarted: (runId) => void navigate({ to: "/runs/$runId", params: { runId } }),
  });
  return (
    <Dialog
      title={t("workflow.runTitle", { name: workflow.name })}
      isOpen
      onClose={onClose}
      wide
      footer={
        <>
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          <Button kind="primary" onPress={() => start.run.mutate()} isPending={start.run.isPending}>
            <Play aria-hidden size={14} />
            {t("workflow.start")}
          </Button>
        </>
      }
    >
      <StartFields start={start} />
    </Dialog>
  );
}
