import { ChevronRight } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowDocument } from "../../api/types";
import { read, write } from "../../app/preferences";
import type { RunState } from "../../domain/run";
import { Button } from "../../ui/Button";
import { cx } from "../../ui/cx";
import { useMedia, wide } from "../../ui/media";
import { Skeleton } from "../../ui/States";
import { useNow } from "./useNow";

const RunCanvas = lazy(async () => ({ default: (await import("../../canvas/RunCanvas")).RunCanvas }));

const storageKey = "st.run.canvas";

interface RunDrawingProps {
  document: WorkflowDocument;
  run: RunState;
  onOpen: (node: string) => void;
}

/** The run on the canvas, above its timeline; shown until a person folds it, where there is room. */
export function RunDrawing({ document, run, onOpen }: RunDrawingProps) {
  const { t } = useTranslation();
  const roomy = useMedia(wide);
  const [folded, setFolded] = useState(() => read(storageKey) === "folded");
  const now = useNow(run.status === "running" && !folded && roomy);
  if (!roomy) return null;
  const toggle = () => {
    write(storageKey, folded ? null : "folded");
    setFolded(!folded);
  };
  return (
    <section aria-label={t("canvas.runName")} className="mb-5">
      <Button kind="quiet" small onPress={toggle} aria-expanded={!folded}>
        <ChevronRight aria-hidden size={14} className={cx("transition-transform", !folded && "rotate-90")} />
        {t("canvas.section")}
      </Button>
      {!folded && (
        <div className="border-line bg-canvas mt-1 h-80 overflow-hidden rounded-xl border">
          <Suspense fallback={<Skeleton className="h-full" />}>
            <RunCanvas document={document} run={run} now={now} onOpen={onOpen} />
          </Suspense>
        </div>
      )}
    </section>
  );
}
