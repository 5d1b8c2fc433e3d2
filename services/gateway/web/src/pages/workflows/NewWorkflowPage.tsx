import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { FilePlus2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, idempotencyKey, unwrap } from "../../api/client";
import type { Template, WorkflowDocument } from "../../api/types";
import { templatesQuery } from "../../app/queries";
import { useTitle } from "../../app/title";
import { blankDocument } from "../../domain/document";
import { Button } from "../../ui/Button";
import { GraphSketch } from "../../ui/GraphSketch";
import { PageBody, PageHeader } from "../../ui/PageHeader";
import { ErrorState, ProblemNote, Skeleton } from "../../ui/States";

export function NewWorkflowPage() {
  const { t } = useTranslation();
  useTitle(t("workflows.new"));
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(templatesQuery);
  const create = useMutation({
    mutationFn: (document: WorkflowDocument) =>
      unwrap(
        api.POST("/api/v1/workflows", {
          params: { header: { "Idempotency-Key": idempotencyKey() } },
          body: { document },
        }),
      ),
    onSuccess: async (workflow) => {
      client.setQueryData(["workflows", workflow.id], workflow);
      void client.invalidateQueries({ queryKey: ["list", "workflows"] });
      await navigate({ to: "/workflows/$workflowId", params: { workflowId: workflow.id } });
    },
    meta: { quiet: true },
  });
  return (
    <>
      <PageHeader
        title={t("workflows.new")}
        lead={t("workflows.newLead")}
        back={{ to: "/workflows", label: t("nav.workflows") }}
        actions={
          <Button
            onPress={() => create.mutate(blankDocument(t("workflows.blankName")))}
            isPending={create.isPending}
          >
            <FilePlus2 aria-hidden size={15} />
            {t("workflows.blank")}
          </Button>
        }
      />
      <PageBody>
        {create.error && (
          <div className="mb-4">
            <ProblemNote error={create.error} />
          </div>
        )}
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <ul className="grid gap-4 sm:grid-cols-2">
            {data
              ? data.items.map((template) => (
                  <TemplateCard
                    key={template.id}
                    template={template}
                    pending={create.isPending}
                    onUse={() => create.mutate(template.document)}
                  />
                ))
              : [0, 1, 2, 3].map((index) => (
                  <li key={index}>
                    <Skeleton className="h-64 rounded-xl" />
                  </li>
                ))}
          </ul>
        )}
      </PageBody>
    </>
  );
}

interface TemplateCardProps {
  template: Template;
  pending: boolean;
  onUse: () => void;
}

function TemplateCard({ template, pending, onUse }: TemplateCardProps) {
  const { t } = useTranslation();
  return (
    <li className="border-line bg-surface shadow-card flex flex-col overflow-hidden rounded-xl border">
      <div className="bg-sunken border-line flex h-36 items-center justify-center border-b px-5">
        <GraphSketch document={template.document} height={100} />
      </div>
      <div className="flex flex-1 flex-col p-5">
        <h2 className="text-md font-semibold">{template.name}</h2>
        <p className="text-ink-2 mt-1 flex-1">{template.description}</p>
        <div className="mt-4 flex items-center justify-between gap-3">
          <p className="text-ink-3 min-w-0 text-sm">
            {template.needs.length > 0 && t("workflows.fillIn", { list: template.needs.join(", ") })}
          </p>
          <Button
            onPress={onUse}
            isDisabled={pending}
            aria-label={t("workflows.useNamed", { name: template.name })}
          >
            {t("workflows.use")}
          </Button>
        </div>
      </div>
    </li>
  );
}
