import {
  CornerDownRight,
  LayoutDashboard,
  Maximize,
  Plus,
  Search,
  Split,
  StickyNote,
  Trash2,
  Unplug,
  Workflow,
} from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useCommands, type Command } from "../app/commands";
import type texts from "../app/locales/en.json";
import type { Asking } from "./asking";
import { nothing, type Actions } from "./useActions";
import type { Flow } from "./useFlow";
import type { View } from "./useView";

interface Given {
  flow: Flow;
  view: View;
  actions: Actions;
  ask: (asking: Asking) => void;
  openPanel: () => void;
  /** Puts what is chosen on the clipboard. */
  copy: () => void;
}

/** The node that a command is about: the one that has the focus, else the only one chosen. */
export function nodeOf({ chosen, active }: Flow): string | undefined {
  if (active !== undefined && chosen.nodes.has(active)) return active;
  const [only] = chosen.nodes;
  return only;
}

/** Everything that the canvas can do, by name and by key. */
export function useCanvasCommands(given: Given): void {
  const { t } = useTranslation();
  const latest = useRef(given);
  useEffect(() => {
    latest.current = given;
  });
  const commands = useMemo(
    () =>
      table.map(({ id, keys, icon, local, run }): Command => ({
        id: `canvas.${id}`,
        title: t(`canvas.command.${id}`),
        section: t("canvas.section"),
        keys,
        icon,
        local,
        run: () => run(latest.current),
      })),
    [t],
  );
  useCommands(commands);
}

interface Row extends Pick<Command, "keys" | "icon" | "local"> {
  id: keyof (typeof texts)["canvas"]["command"];
  run: (given: Given) => void;
}

function add({ flow, actions, ask }: Given): void {
  const node = nodeOf(flow);
  ask({ kind: "add", from: node === undefined ? undefined : actions.outputOf(node) });
}

function of(kind: "connect" | "disconnect" | "insertOn") {
  return ({ flow, ask }: Given) => {
    const node = nodeOf(flow);
    if (node !== undefined) ask({ kind, node });
  };
}

const table: readonly Row[] = [
  { id: "add", keys: "a", icon: Plus, run: add },
  { id: "addToo", keys: "/", run: add },
  { id: "connect", keys: "c", icon: Workflow, run: of("connect") },
  { id: "disconnect", keys: "x", icon: Unplug, run: of("disconnect") },
  { id: "insert", keys: "i", icon: Split, run: of("insertOn") },
  { id: "find", keys: "f", icon: Search, run: ({ ask }) => ask({ kind: "find" }) },
  { id: "tidy", keys: "t", icon: LayoutDashboard, run: ({ actions }) => actions.tidy() },
  { id: "fit", keys: "0", icon: Maximize, run: ({ view }) => view.fit() },
  { id: "note", keys: "n", icon: StickyNote, run: ({ actions }) => actions.note() },
  { id: "zoomIn", keys: "+", run: ({ view }) => view.zoomIn() },
  { id: "zoomOut", keys: "-", run: ({ view }) => view.zoomOut() },
  { id: "duplicate", keys: "$mod+d", run: ({ actions }) => actions.duplicate() },
  { id: "copy", run: ({ copy }) => copy() },
  { id: "open", keys: "Enter", local: true, icon: CornerDownRight, run: ({ openPanel }) => openPanel() },
  { id: "selectAll", keys: "$mod+a", local: true, run: ({ actions }) => actions.selectAll() },
  { id: "remove", keys: "Delete", local: true, icon: Trash2, run: ({ actions }) => actions.removeChosen() },
  { id: "right", keys: "ArrowRight", local: true, run: ({ actions }) => actions.step("right") },
  { id: "left", keys: "ArrowLeft", local: true, run: ({ actions }) => actions.step("left") },
  { id: "nudge", keys: "Alt+ArrowRight", local: true, run: ({ actions }) => actions.nudge(1, 0) },
  { id: "addTab", keys: "Tab", local: true, run: add },
  { id: "leave", keys: "Escape Tab", local: true, run: ({ flow }) => flow.choose(nothing) },
];
