import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { WorkflowDocument } from "../../api/types";
import type { RunState } from "../../domain/run";
import { childOf } from "../../domain/runWaits";
import { RunList } from "../runs/RunList";
import { RunDrawing } from "./RunDrawing";
import { Timeline } from "./Timeline";

interface RunPartsProps {
  id: string;
  run: RunState;
  document?: WorkflowDocument;
  tab: "timeline" | "children";
  openKey?: string;
  onShow: (place: { node?: string; tab?: "children" }) => void;
}

/** The timeline of a run and, where it started others, those runs. */
export function RunParts({ id, run, document, tab, openKey, onShow }: RunPartsProps) {
  const { t } = useTranslation();
  const timeline = (
    <>
      {document && (
        <RunDrawing document={document} run={run} onOpen={(node) => onShow({ node: firstKey(run, node) })} />
      )}
      <Timeline
        runId={id}
        run={run}
        document={document}
        openKey={openKey}
        onOpen={(node) => onShow({ node })}
      />
    </>
  );
  const children = [...run.nodes.values()].flatMap((node) => node.effects.filter((one) => childOf(one)));
  if (children.length === 0) return timeline;
  const face =
    "text-ink-2 hover:text-ink data-selected:border-accent data-selected:text-ink focus-inset -mb-px cursor-default rounded-t-md border-b-2 border-transparent px-3 py-2 font-medium whitespace-nowrap";
  return (
    <Tabs
      selectedKey={tab}
      onSelectionChange={(key) => {
        if (key !== tab) onShow(key === "children" ? { tab: key } : {});
      }}
    >
      <TabList aria-label={t("run.parts")} className="border-line mb-5 flex gap-1 overflow-x-auto border-b">
        <Tab id="timeline" className={face}>
          {t("run.timeline")}
        </Tab>
        <Tab id="children" className={face}>
          {t("run.children", { count: children.length })}
        </Tab>
      </TabList>
      <TabPanel id="timeline" className="outline-none">
        {timeline}
      </TabPanel>
      <TabPanel id="children" className="outline-none">
        <RunList filter={{ parent_run_id: id }} />
      </TabPanel>
    </Tabs>
  );
}

/** The first turn of a node, where a loop has run it more than once. */
function firstKey(run: RunState, id: string): string | undefined {
  return [...run.nodes.values()].find(({ node }) => node === id)?.key;
}
