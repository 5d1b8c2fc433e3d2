import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useCommands } from "../../app/commands";
import { workflowTabs, type WorkflowTab } from "../../app/router";

const keys: Record<WorkflowTab, string> = {
  document: "1",
  rehearsal: "2",
  triggers: "3",
  versions: "4",
  runs: "5",
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
