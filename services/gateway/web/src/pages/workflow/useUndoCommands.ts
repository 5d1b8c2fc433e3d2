import { Redo2, Undo2 } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useCommands, type Command } from "../../app/commands";

/** Taking back and doing again, in every part that edits the document. */
export function useUndoCommands({ undo, redo }: { undo?: () => void; redo?: () => void }): void {
  const { t } = useTranslation();
  const latest = useRef({ undo, redo });
  useEffect(() => {
    latest.current = { undo, redo };
  });
  const commands = useMemo((): Command[] => {
    const section = t("workflow.section");
    const step = (which: "undo" | "redo") => () => {
      if (!document.querySelector("[role=dialog]")) latest.current[which]?.();
    };
    return [
      {
        id: "workflow.undo",
        title: t("workflow.undo"),
        section,
        keys: "$mod+z",
        icon: Undo2,
        run: step("undo"),
      },
      {
        id: "workflow.redo",
        title: t("workflow.redo"),
        section,
        keys: "$mod+Shift+z",
        icon: Redo2,
        run: step("redo"),
      },
    ];
  }, [t]);
  useCommands(commands);
}
