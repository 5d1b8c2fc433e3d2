import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, PencilLine, Plus, Workflow } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { WorkflowSummary } from "../../api/types";
import { workflowsQuery } from "../../app/queries";
import { useTitle } from "../../app/title";
import { Badge } from "../../ui/Badge";
import { LinkButton } from "../../ui/Button";
import { itemsOf } from "../../ui/listItems";
import { LoadMore } from "../../ui/LoadMore";
import { TriggerIcon } from "../../ui/NodeIcon";
import { Card, PageBody, PageHeader } from "../../ui/PageHeader";
import { EmptyState, ErrorState, SkeletonRows } from "../../ui/States";
import { Time } from "../../ui/Time";

export function WorkflowsPage() {
  const { t } = useTranslation();
  useTitle(t("nav.workflows"));
  const query = useInfiniteQuery(workflowsQuery);
  const workflows = itemsOf(query.data);
  const create = (
    <LinkButton to="/workflows/new" kind="primary">
      <Plus aria-hidden size={15} />
      {t("workflows.new")}
    </LinkButton>
  );
  return (
    <>
      <PageHeader
        title={t("nav.workflows")}
        lead={t("workflows.lead")}
        actions={workflows.length > 0 && create}
      />
      <PageBody>
        {query.isPending ? (
          <Card>
            <SkeletonRows rows={5} height={72} />
          </Card>
        ) : query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : workflows.length === 0 ? (
          <EmptyState icon={Workflow} title={t("workflows.empty")} actions={create}>
            {t("workflows.emptyText")}
          </EmptyState>
        ) : (
          <>
            <Card>
              <ul>
                {workflows.map((workflow) => (
                  <WorkflowRow key={workflow.id} workflow={workflow} />
                ))}
              </ul>
            </Card>
            <LoadMore query={query} />
          </>
        )}
      </PageBody>
    </>
  );
}

function WorkflowRow({ workflow }: { workflow: WorkflowSummary }) {
  const { t } = useTranslation();
  const kinds = [...new Set(workflow.triggers.map((trigger) => trigger.kind))];
  return (
    <li className="border-line border-b last:border-0">
      <Link
        to="/workflows/$workflowId"
        params={{ workflowId: workflow.id }}
        className="hover:bg-hover focus-inset flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-3.5 sm:px-5"
      >
        <span className="min-w-0 flex-1 max-sm:basis-full">
          <span className="block truncate text-md font-medium">{workflow.name}</span>
          <span className="text-ink-3 block truncate text-sm">
            {workflow.description || t("workflows.noDescription")}
          </span>
        </span>
        <span className="text-ink-3 flex items-center gap-2 max-sm:order-1">
          {kinds.map((kind) => {
            return (
              <span key={kind} title={t(`triggers.kind.${kind}`)}>
                <TriggerIcon kind={kind} size={15} />
                <span className="sr-only">{t(`triggers.kind.${kind}`)}</span>
              </span>
            );
          })}
        </span>
        <PublishedBadge workflow={workflow} />
        <span className="text-ink-3 order-1 ml-auto text-right text-sm sm:w-24">
          <Time at={workflow.updated_at} />
        </span>
      </Link>
    </li>
  );
}

export function PublishedBadge({
  workflow,
}: {
  workflow: Pick<WorkflowSummary, "published_version" | "draft_version">;
}) {
  const { t } = useTranslation();
  const { published_version: published, draft_version: draft } = workflow;
  if (published == null) {
    return (
      <Badge tone="warn" icon={PencilLine}>
        {t("workflows.draftOnly")}
      </Badge>
    );
  }
  return (
    <Badge tone="ok" icon={CircleCheck}>
      {draft > published
        ? t("workflows.liveWithDraft", { published, draft })
        : t("workflows.live", { published })}
    </Badge>
  );
}
