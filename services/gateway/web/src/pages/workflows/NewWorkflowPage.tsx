import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { FilePlus2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, idempotencyKey, unwrap } from "../../api/client";
import type { Template, WorkflowDocument } from "../../api/types";
import { templatesQuery } from "../../app/queries";
import { useTitle } from "../../app/title";
import { blankDocument } from "../../domain/document";
import { Button } from "../../ui/Button";
import { PageBody, PageHeader } from "../../ui/PageHeader";
import { ErrorState, ProblemNote, Skeleton } from "../../ui/States";
import { FillInDialog } from "./FillInDialog";
import { TemplateCard } from "./TemplateCard";

export function NewWorkflowPage() {
  const { t } = useTranslation();
  useTitle(t("workflows.new"));
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(templatesQuery);
  const [chosen, setChosen] = useState<Template>();
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
        {create.error && !chosen && (
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
                    onUse={() => {
                      if (template.parameters.length === 0) create.mutate(template.document);
                      else setChosen(template);
                    }}
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
      {chosen && (
        <FillInDialog
          template={chosen}
          pending={create.isPending}
          error={create.error}
          onCreate={(document) => create.mutate(document)}
          onClose={() => {
            setChosen(undefined);
            create.reset();
          }}
        />
      )}
    </>
  );
}
