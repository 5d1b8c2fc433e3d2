import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useCommands } from "../../app/commands";
import { workflowTabs, type WorkflowTab } from "../../app/router";

const keys: Record<WorkflowTab, string> = {
  canvas: "1",
  document: "2",
  rehearsal: "3",
  triggers: "4",
  versions: "5",
  runs: "6",
};

/** Each part of a workflow by one key. */
export function useTabCommands(select: (tab: WorkflowTab) => void): void {
  const { t } = useTranslation();
  const latest = useRef(select);
  useEffect(() => {
    latest.current = select;
  });
  const commands = useMemo(
    () =>
      workflowTabs.map((tab) => ({
        id: `workflow.tab.${tab}`,
        title: t("workflow.show", { part: t(`workflow.tab.${tab}`) }),
        section: t("workflow.section"),
        keys: keys[tab],
        run: () => latest.current(tab),
      })),
    [t],
  );
  useCommands(commands);
}
