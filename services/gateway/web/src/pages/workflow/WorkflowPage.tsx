import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { workflowQuery } from "../../app/queries";
import { workflowTabs as tabs, type WorkflowTab } from "../../app/router";
import { useTitle } from "../../app/title";
import { ErrorState, Skeleton } from "../../ui/States";
import { useMedia, wide } from "../../ui/media";
import { DocumentTab } from "./DocumentTab";
import { RehearsalTab } from "./rehearsal/RehearsalTab";
import { RunsTab } from "./RunsTab";
import { TriggersTab } from "./TriggersTab";
import { useDraft } from "./useDraft";
import { useTabCommands } from "./useTabCommands";
import { useUndoCommands } from "./useUndoCommands";
import { VersionsTab } from "./VersionsTab";
import { useWhyCommands } from "./why/useWhy";
import { WorkflowHeader } from "./WorkflowHeader";

const CanvasTab = lazy(async () => ({ default: (await import("./CanvasTab")).CanvasTab }));

export function WorkflowPage() {
  const { workflowId } = useParams({ from: "/shell/workflows/$workflowId" });
  const { data, error, refetch } = useQuery(workflowQuery(workflowId));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return (
      <div className="flex flex-1 flex-col gap-4 p-6">
        <Skeleton className="h-8 w-72" />
        <Skeleton className="h-4 w-96" />
        <Skeleton className="w-full flex-1 rounded-xl" />
      </div>
    );
  }
  return <Loaded key={workflowId} id={workflowId} />;
}

function Loaded({ id }: { id: string }) {
  const { t } = useTranslation();
  const { tab } = useSearch({ from: "/shell/workflows/$workflowId" });
  const navigate = useNavigate();
  const draft = useDraft(id);
  useTitle(draft.workflow.name);
  const select = (next: WorkflowTab) =>
    void navigate({
      to: "/workflows/$workflowId",
      params: { workflowId: id },
      search: { tab: next },
      replace: true,
    });
  // Drawing needs room; where there is none, the text comes first.
  const first = useMedia(wide) ? "canvas" : "document";
  useTabCommands(select);
  useUndoCommands(draft);
  useWhyCommands(draft.workflow);
  return (
    <>
      <WorkflowHeader draft={draft} />
      <Tabs
        selectedKey={tab ?? first}
        onSelectionChange={(key) => {
          const next = tabs.find((one) => one === key);
          if (next) select(next);
        }}
        className="flex min-h-0 flex-1 flex-col outline-none"
      >
        <TabList
          aria-label={t("workflow.parts")}
          className="border-line flex shrink-0 gap-1 overflow-x-auto border-b px-3 sm:px-5"
        >
          {tabs.map((one) => (
            <Tab
              key={one}
              id={one}
              className="text-ink-2 hover:text-ink data-selected:border-accent data-selected:text-ink focus-inset -mb-px cursor-default rounded-t-md border-b-2 border-transparent px-3 py-2 font-medium whitespace-nowrap"
            >
              {t(`workflow.tab.${one}`)}
            </Tab>
          ))}
        </TabList>
        <TabPanel id="canvas" className="flex min-h-0 flex-1 flex-col outline-none">
          <Suspense fallback={<Skeleton className="m-6 flex-1 rounded-xl" />}>
            <CanvasTab draft={draft} onShowText={() => select("document")} />
          </Suspense>
        </TabPanel>
        <TabPanel id="document" className="flex min-h-0 flex-1 flex-col outline-none">
          <DocumentTab draft={draft} />
        </TabPanel>
        <TabPanel id="rehearsal" className="outline-none">
          <RehearsalTab draft={draft} />
        </TabPanel>
        <TabPanel id="triggers" className="outline-none">
          <TriggersTab workflow={draft.workflow} />
        </TabPanel>
        <TabPanel id="versions" className="outline-none">
          <VersionsTab draft={draft} />
        </TabPanel>
        <TabPanel id="runs" className="outline-none">
          <RunsTab workflowId={id} />
        </TabPanel>
      </Tabs>
    </>
  );
}
