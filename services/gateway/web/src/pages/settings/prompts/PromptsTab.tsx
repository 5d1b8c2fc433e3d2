import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { useTranslation } from "react-i18next";
import { promptsQuery } from "../../../app/promptQueries";
import { Card } from "../../../ui/PageHeader";
import { EmptyState, ErrorState, Skeleton, SkeletonRows } from "../../../ui/States";
import { OnePrompt } from "./OnePrompt";

/** The prompts that nodes and the assistant use; saving makes a new version. */
export function PromptsTab({ openId }: { openId?: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(promptsQuery);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data?.items.length === 0) {
    return (
      <EmptyState icon={ScrollText} title={t("prompts.empty")}>
        {t("prompts.emptyText")}
      </EmptyState>
    );
  }
  const id = openId ?? data?.items[0]?.id;
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[16rem_minmax(0,1fr)]">
      <Card>
        {data ? (
          <ul>
            {data.items.map((prompt) => (
              <li key={prompt.id} className="border-line border-b last:border-0">
                <Link
                  to="/settings"
                  search={{ tab: "prompts", prompt: prompt.id }}
                  replace
                  aria-current={prompt.id === id ? "true" : undefined}
                  className={`focus-inset block px-4 py-2.5 ${prompt.id === id ? "bg-accent-soft" : "hover:bg-hover"}`}
                >
                  <span className="block truncate font-medium">{prompt.name}</span>
                  <span className="text-ink-3 block text-sm">
                    {t("prompts.line", { version: prompt.version })}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        ) : (
          <SkeletonRows rows={4} height={58} />
        )}
      </Card>
      {id ? <OnePrompt key={id} id={id} /> : <Skeleton className="h-80 rounded-xl" />}
    </div>
  );
}
