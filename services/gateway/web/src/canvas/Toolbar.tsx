import {
  LayoutDashboard,
  Maximize,
  Plus,
  Redo2,
  Search,
  StickyNote,
  Undo2,
  ZoomIn,
  ZoomOut,
  type LucideIcon,
} from "lucide-react";
import { Panel } from "@xyflow/react";
import { useTranslation } from "react-i18next";
import { keyLabels } from "../domain/keys";
import { IconButton } from "../ui/IconButton";
import type { Asking } from "./asking";
import type { Actions, Editing } from "./useActions";
import type { View } from "./useView";

interface Tool {
  label: string;
  keys?: string;
  icon: LucideIcon;
  run?: () => void;
}

interface ToolbarProps {
  view: View;
  /** Absent where the canvas is only shown. */
  edit?: { actions: Actions; editing: Editing; ask: (asking: Asking) => void };
}

export function Toolbar({ view, edit }: ToolbarProps) {
  const { t } = useTranslation();
  const looking: Tool[] = [
    { label: t("canvas.command.zoomIn"), keys: "+", icon: ZoomIn, run: view.zoomIn },
    { label: t("canvas.command.zoomOut"), keys: "-", icon: ZoomOut, run: view.zoomOut },
    { label: t("canvas.command.fit"), keys: "0", icon: Maximize, run: view.fit },
  ];
  const editing: Tool[] = edit
    ? [
        { label: t("canvas.command.add"), keys: "a", icon: Plus, run: () => edit.ask({ kind: "add" }) },
        { label: t("canvas.command.find"), keys: "f", icon: Search, run: () => edit.ask({ kind: "find" }) },
        { label: t("canvas.command.note"), keys: "n", icon: StickyNote, run: () => edit.actions.note() },
        { label: t("canvas.command.tidy"), keys: "t", icon: LayoutDashboard, run: edit.actions.tidy },
        { label: t("workflow.undo"), keys: "$mod+z", icon: Undo2, run: edit.editing.undo },
        { label: t("workflow.redo"), keys: "$mod+Shift+z", icon: Redo2, run: edit.editing.redo },
      ]
    : [];
  return (
    <Panel position="bottom-left">
      <div
        role="toolbar"
        aria-label={t("canvas.tools")}
        className="border-line bg-surface shadow-card flex rounded-xl border p-1"
      >
        {[...editing, ...looking].map(({ label, keys, icon: Icon, run }) => (
          <IconButton
            key={label}
            small
            label={label}
            keys={keys && keyLabels(keys).join(" ")}
            isDisabled={!run}
            onPress={() => run?.()}
          >
            <Icon aria-hidden size={15} />
          </IconButton>
        ))}
      </div>
    </Panel>
  );
}
