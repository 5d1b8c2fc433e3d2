import { useNavigate, useSearch } from "@tanstack/react-router";
import { HelpCircle } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Workflow } from "../../../api/types";
import { useCommands } from "../../../app/commands";

/** Which trigger is asked why, and how to ask about another one or none. */
export function useWhy(workflowId: string) {
  const { why } = useSearch({ from: "/shell/workflows/$workflowId" });
  const navigate = useNavigate();
  const ask = (trigger: string | undefined) =>
    void navigate({
      to: "/workflows/$workflowId",
      params: { workflowId },
      search: { tab: "triggers", why: trigger },
      replace: true,
    });
  return { asked: why, ask };
}

/** Asks why nothing started, from every part of the workflow; `w` asks about its first trigger. */
export function useWhyCommands({ id, triggers }: Workflow): void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const commands = useMemo(
    () =>
      triggers.map((trigger, index) => ({
        id: `workflow.why.${trigger.id}`,
        title: t("why.openNamed", { node: trigger.node_id }),
        section: t("workflow.section"),
        keys: index === 0 ? "w" : undefined,
        icon: HelpCircle,
        run: () =>
          void navigate({
            to: "/workflows/$workflowId",
            params: { workflowId: id },
            search: { tab: "triggers", why: trigger.id },
          }),
      })),
    [t, navigate, id, triggers],
  );
  useCommands(commands);
}
