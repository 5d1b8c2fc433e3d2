import { ChevronLeft } from "lucide-react";
import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { cx } from "./cx";

interface PageHeaderProps {
  title: ReactNode;
  /** What stands beside the title: states, counts. */
  meta?: ReactNode;
  lead?: string;
  actions?: ReactNode;
  back?: Pick<LinkProps, "to" | "params"> & { label: string };
  /** Spans the page, as its content does; else it lines up with PageBody. */
  wide?: boolean;
}

export function PageHeader({ title, meta, lead, actions, back, wide }: PageHeaderProps) {
  return (
    <header
      className={cx(
        "flex min-h-15 w-full shrink-0 flex-wrap items-center gap-x-4 gap-y-2 px-4 sm:px-6",
        wide ? "py-3" : "mx-auto max-w-5xl pt-6 pb-4",
      )}
    >
      <div className="min-w-0 flex-1 basis-60">
        {back && (
          <Link
            to={back.to}
            params={back.params}
            className="text-ink-3 hover:text-ink -ml-1 mb-0.5 inline-flex items-center gap-0.5 rounded text-sm"
          >
            <ChevronLeft aria-hidden size={14} />
            {back.label}
          </Link>
        )}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-xl font-semibold break-words">{title}</h1>
          {meta}
        </div>
        {lead && <p className="text-ink-2 mt-0.5">{lead}</p>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}

/** The scrolling column of an ordinary page; below a wide header it begins where that does. */
export function PageBody({ children, wide }: { children: ReactNode; wide?: boolean }) {
  return (
    <div className={cx("w-full max-w-5xl shrink-0 grow px-4 pb-16 sm:px-6", !wide && "mx-auto")}>
      {children}
    </div>
  );
}

/** A quiet card that holds rows or a form. */
export function Card({ children, padded }: { children: ReactNode; padded?: boolean }) {
  return (
    <div
      className={`border-line bg-surface shadow-card rounded-xl border ${padded ? "p-5" : "overflow-hidden"}`}
    >
      {children}
    </div>
  );
}
