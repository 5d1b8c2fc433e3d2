import { CircleSlash, CircleStop, CircleX } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { RunState } from "../../domain/run";

/** Why a run did not end well, or ended early, before anything else. */
export function RunOutcome({ run }: { run: RunState }) {
  const { t } = useTranslation();
  if (run.status === "failed" && run.error) {
    return (
      <div className="bg-bad-soft mb-5 flex gap-3 rounded-xl px-4 py-3">
        <CircleX aria-hidden size={18} className="text-bad mt-0.5 shrink-0" />
        <div className="min-w-0">
          <p className="font-medium break-words">{run.error.message}</p>
          {run.error.hint && <p className="text-ink-2 mt-0.5 break-words">{run.error.hint}</p>}
          <p className="text-ink-2 mt-1 font-mono text-xs">
            {run.error.code}
            {run.error.node && ` · ${run.error.node}`}
          </p>
        </div>
      </div>
    );
  }
  if (run.status === "cancelled") {
    return (
      <div className="bg-warn-soft mb-5 flex gap-3 rounded-xl px-4 py-3">
        <CircleSlash aria-hidden size={18} className="text-warn mt-0.5 shrink-0" />
        <p className="min-w-0 break-words">{run.cancelReason || t("run.wasCancelled")}</p>
      </div>
    );
  }
  if (run.stopped) {
    return (
      <div className="bg-sunken mb-5 flex gap-3 rounded-xl px-4 py-3">
        <CircleStop aria-hidden size={18} className="text-ink-2 mt-0.5 shrink-0" />
        <p className="min-w-0 break-words">{t("run.stoppedEarly", { reason: run.stopped })}</p>
      </div>
    );
  }
  return null;
}
