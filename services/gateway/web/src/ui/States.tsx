import { CircleAlert, RotateCw, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asApiError, sentence } from "../api/problem";
import { Button } from "./Button";
import { cx } from "./cx";

interface EmptyProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** This is all that the page says: its title is the page's. */
  alone?: boolean;
}

/** Nothing is here yet: says what will be, and offers the next step. */
export function EmptyState({ icon: Icon, title, children, actions, alone }: EmptyProps) {
  const Title = alone ? "h1" : "h2";
  return (
    <div className="animate-fade mx-auto flex max-w-md flex-col items-center px-6 py-16 text-center">
      <div className="bg-accent-soft text-accent mb-4 grid size-12 place-items-center rounded-2xl">
        <Icon aria-hidden size={22} strokeWidth={1.75} />
      </div>
      <Title className="text-lg font-semibold">{title}</Title>
      {children && <div className="text-ink-2 mt-1.5 text-md">{children}</div>}
      {actions && <div className="mt-5 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}

/** Something could not be loaded: the cause, the remedy, and a way to try again. */
export function ErrorState({
  error,
  onRetry,
  actions,
}: {
  error: unknown;
  onRetry?: () => void;
  actions?: ReactNode;
}) {
  const { t } = useTranslation();
  const problem = asApiError(error);
  return (
    <div role="alert" className="mx-auto flex max-w-md flex-col items-center px-6 py-16 text-center">
      <div className="bg-bad-soft text-bad mb-4 grid size-12 place-items-center rounded-2xl">
        <CircleAlert aria-hidden size={22} strokeWidth={1.75} />
      </div>
      <h2 className="text-lg font-semibold">{problem.message}</h2>
      {problem.hint && <p className="text-ink-2 mt-1.5 text-md">{problem.hint}</p>}
      {problem.traceId && (
        <p className="text-ink-3 mt-2 font-mono text-xs">{t("errors.trace", { id: problem.traceId })}</p>
      )}
      <div className="mt-5 flex gap-2">
        {onRetry && (
          <Button onPress={onRetry}>
            <RotateCw aria-hidden size={14} />
            {t("errors.retry")}
          </Button>
        )}
        {actions}
      </div>
    </div>
  );
}

/** One refused action, beside what caused it. */
export function ProblemNote({ error }: { error: unknown }) {
  if (!error) return null;
  const problem = asApiError(error);
  return (
    <div role="alert" className="bg-bad-soft text-bad flex gap-2 rounded-lg px-3 py-2 text-base">
      <CircleAlert aria-hidden size={16} className="mt-0.5 shrink-0" />
      <div className="min-w-0">
        <p className="font-medium break-words">{problem.message}</p>
        {problem.hint && <p className="break-words">{problem.hint}</p>}
        {problem.items.length > 0 && (
          <ul className="mt-1 list-disc pl-4">
            {problem.items.slice(0, 5).map((item) => (
              <li key={item.pointer + item.code} className="break-words">
                {sentence(item.message)}
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

/** A grey stand-in of the same size as what is loading. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span aria-hidden className={cx("bg-line animate-sheen block rounded", className ?? "h-4 w-full")} />
  );
}

/** Stand-ins for a list of rows of `height` pixels. */
export function SkeletonRows({ rows = 6, height = 56 }: { rows?: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("states.loading")}>
      {Array.from({ length: rows }, (_, index) => (
        <div
          key={index}
          style={{ height, opacity: 1 - index * 0.12 }}
          className="border-line flex flex-col justify-center gap-2 border-b px-4"
        >
          <Skeleton className={cx("h-3.5", index % 2 ? "w-2/5" : "w-1/3")} />
          <Skeleton className={cx("h-3", index % 2 ? "w-3/5" : "w-2/3")} />
        </div>
      ))}
    </div>
  );
}
