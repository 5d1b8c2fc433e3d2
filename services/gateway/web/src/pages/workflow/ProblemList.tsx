import { CircleCheck, CircleX, LoaderCircle, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { lineAndColumn } from "../../domain/pointer";
import type { Problem, Problems } from "./useProblems";

interface ProblemListProps {
  problems: Problems;
  text: string;
  onReveal: (problem: Problem) => void;
}

/** All faults in one place; choosing one goes to where it is. */
export function ProblemList({ problems: { items, checking }, text, onReveal }: ProblemListProps) {
  const { t } = useTranslation();
  const errors = items.filter((item) => item.severity === "error").length;
  return (
    <section aria-label={t("workflow.problems")} className="border-line bg-canvas border-t">
      <p role="status" className="flex h-9 items-center gap-2 px-4 text-sm font-medium sm:px-6">
        {checking && items.length === 0 ? (
          <LoaderCircle aria-hidden size={14} className="text-ink-3 animate-spin" />
        ) : errors > 0 ? (
          <CircleX aria-hidden size={14} className="text-bad" />
        ) : (
          <CircleCheck aria-hidden size={14} className="text-ok" />
        )}
        {checking && items.length === 0
          ? t("workflow.checking")
          : items.length > 0
            ? t("workflow.problemCount", { count: items.length })
            : t("workflow.valid")}
      </p>
      {items.length > 0 && (
        <ul className="max-h-44 overflow-y-auto pb-2">
          {items.map((problem, index) => {
            const { line, column } = lineAndColumn(text, problem.range.from);
            const Icon = problem.severity === "error" ? CircleX : TriangleAlert;
            return (
              <li key={index}>
                <button
                  type="button"
                  onClick={() => onReveal(problem)}
                  className="hover:bg-hover focus-inset flex w-full items-start gap-2.5 px-4 py-1.5 text-left sm:px-6"
                >
                  <Icon
                    aria-label={t(`workflow.severity.${problem.severity}`)}
                    size={14}
                    className={`mt-1 shrink-0 ${problem.severity === "error" ? "text-bad" : "text-warn"}`}
                  />
                  <span className="min-w-0 flex-1 break-words">
                    {problem.node && <span className="font-mono text-sm">{problem.node}: </span>}
                    {problem.message} {problem.hint && <span className="text-ink-2">{problem.hint}</span>}
                  </span>
                  <span className="text-ink-3 tabular font-mono text-xs leading-5.5">
                    {line}:{column}
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
