import { CircleCheck, CircleX, LoaderCircle, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import type { Problems } from "./useProblems";

/** Whether the document is in order, and what is said of it as a whole. */
export function ProblemSummary({
  problems: { items, checking },
  onShowText,
}: {
  problems: Problems;
  onShowText: () => void;
}) {
  const { t } = useTranslation();
  const waiting = checking && items.length === 0;
  const errors = items.some(({ severity }) => severity === "error");
  const Icon = waiting ? LoaderCircle : errors ? CircleX : items.length > 0 ? TriangleAlert : CircleCheck;
  const tone = waiting
    ? "text-ink-3 animate-spin"
    : errors
      ? "text-bad"
      : items.length > 0
        ? "text-warn"
        : "text-ok";
  const first = items.find(({ severity }) => severity === "error") ?? items[0];
  return (
    <section
      aria-label={t("workflow.problems")}
      className="border-line bg-canvas flex min-h-9 items-center gap-3 border-t px-4 text-sm sm:px-6"
    >
      <p role="status" className="flex shrink-0 items-center gap-2 font-medium">
        <Icon aria-hidden size={14} className={tone} />
        {waiting
          ? t("workflow.checking")
          : items.length > 0
            ? t("workflow.problemCount", { count: items.length })
            : t("workflow.valid")}
      </p>
      {first && (
        <p className="text-ink-2 min-w-0 flex-1 truncate" title={first.message}>
          {first.message}
        </p>
      )}
      {items.length > 0 && (
        <Button kind="quiet" small onPress={onShowText}>
          {t("canvas.showText")}
        </Button>
      )}
    </section>
  );
}
