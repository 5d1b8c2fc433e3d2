import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { workflowsQuery } from "../../app/queries";
import { runStatuses } from "../../app/router";
import { useTitle } from "../../app/title";
import { SelectInput } from "../../ui/Field";
import { itemsOf } from "../../ui/listItems";
import { PageBody, PageHeader } from "../../ui/PageHeader";
import { RunList } from "./RunList";

const any = "any";

export function RunsPage() {
  const { t } = useTranslation();
  useTitle(t("nav.runs"));
  const filter = useSearch({ from: "/shell/runs" });
  const navigate = useNavigate();
  const workflows = itemsOf(useInfiniteQuery(workflowsQuery).data);
  const set = (change: Partial<typeof filter>) =>
    void navigate({ to: "/runs", search: { ...filter, ...change }, replace: true });
  return (
    <>
      <PageHeader
        title={t("nav.runs")}
        lead={t("runs.lead")}
        actions={
          <>
            <SelectInput
              label={t("runs.byStatus")}
              hideLabel
              value={filter.status ?? any}
              onChange={(status) => set({ status: runStatuses.find((one) => one === status) })}
              options={[
                { id: any, name: t("runs.anyStatus") },
                ...runStatuses.map((id) => ({ id, name: t(`runs.state.${id}`) })),
              ]}
            />
            <SelectInput
              label={t("runs.byWorkflow")}
              hideLabel
              value={filter.workflow_id ?? any}
              onChange={(id) => set({ workflow_id: id === any ? undefined : id })}
              options={[
                { id: any, name: t("runs.anyWorkflow") },
                ...workflows.map(({ id, name }) => ({ id, name })),
              ]}
            />
          </>
        }
      />
      <PageBody>
        <RunList filter={filter} />
      </PageBody>
    </>
  );
}
