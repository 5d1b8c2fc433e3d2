import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { InboxFilter } from "../../app/queries";
import { words } from "../../domain/format";

interface CategoryFilterProps {
  filter: InboxFilter;
  categories: { category: string; count: number }[];
}

export function CategoryFilter({ filter, categories }: CategoryFilterProps) {
  const { t } = useTranslation();
  return (
    <nav
      aria-label={t("inbox.filter")}
      className="border-line flex gap-1 overflow-x-auto border-b px-3 pb-2 sm:px-5"
    >
      <Choice search={{}} on={!filter.category}>
        {t("inbox.all")}
      </Choice>
      {categories.map(({ category, count }) => (
        <Choice key={category} search={{ category }} on={filter.category === category}>
          <span className="capitalize">{words(category)}</span>
          <span className="tabular ml-1.5">{count}</span>
        </Choice>
      ))}
    </nav>
  );
}

function Choice({ search, on, children }: { search: InboxFilter; on: boolean; children: ReactNode }) {
  return (
    <Link
      to="/inbox"
      search={search}
      aria-current={on ? "true" : undefined}
      className={`focus-inset flex h-7 shrink-0 items-center rounded-full px-3 text-sm font-medium ${
        on ? "bg-accent-soft text-accent" : "text-ink-2 hover:bg-hover"
      }`}
    >
      {children}
    </Link>
  );
}
