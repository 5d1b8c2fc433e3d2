import { useEffect, useRef, type KeyboardEvent } from "react";
import type { Position } from "../api/types";
import { usePreferences } from "../app/preferences";
import type { Direction } from "../domain/canvas/neighbours";
import type { Asking } from "./asking";
import { nothing, type Actions } from "./useActions";
import type { Flow } from "./useFlow";
import type { View } from "./useView";

interface Given {
  flow: Flow;
  actions: Actions;
  ask: (asking: Asking) => void;
  openPanel: () => void;
}

const directions: Record<string, Direction> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

const steps: Record<Direction, [number, number]> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

/** Keys of what has the focus on the canvas: moving between nodes, moving nodes, opening, deleting. */
export function useKeys({ flow, actions, ask, openPanel }: Given) {
  const singleKeys = usePreferences((preferences) => preferences.singleKeys);
  // Escape, then Tab leaves the canvas: else Tab would hold people who use keys.
  const leaving = useRef(false);
  return (event: KeyboardEvent<HTMLElement>) => {
    if (isWriting(event.target) || event.defaultPrevented) return;
    const left = leaving.current;
    leaving.current = event.key === "Escape";
    const direction = directions[event.key];
    const mod = event.ctrlKey || event.metaKey;
    if (direction && !mod) {
      if (event.altKey) actions.nudge(...steps[direction]);
      else actions.step(direction, event.shiftKey);
    } else if (mod && event.key === "a") {
      actions.selectAll();
    } else if (event.key === "Enter" && !mod && onNode(event.target)) {
      openPanel();
    } else if (event.key === " " && flow.active && onNode(event.target)) {
      flow.choose({ ...nothing, nodes: toggled(flow.chosen.nodes, flow.active) });
    } else if (event.key === "Delete" || event.key === "Backspace") {
      actions.removeChosen();
    } else if (event.key === "Escape") {
      flow.choose(nothing);
    } else if (event.key === "Tab" && !event.shiftKey && !left && singleKeys && onBoard(event.target)) {
      const from =
        flow.active && flow.chosen.nodes.has(flow.active) ? actions.outputOf(flow.active) : undefined;
      ask({ kind: "add", from });
    } else return;
    event.preventDefault();
  };
}

function toggled(all: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(all);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** Copy, cut and paste while nothing is being written. */
export function useClipboard(actions: Actions, view: View, pointer: () => Position | undefined): void {
  const latest = useRef({ actions, view, pointer });
  useEffect(() => {
    latest.current = { actions, view, pointer };
  });
  useEffect(() => {
    const copy = (event: ClipboardEvent) => {
      const { actions } = latest.current;
      const text = elsewhere(event.target) ? undefined : actions.clip();
      if (text === undefined || !window.getSelection()?.isCollapsed) return;
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
      if (event.type === "cut") actions.removeChosen();
    };
    const paste = (event: ClipboardEvent) => {
      const { actions, view, pointer } = latest.current;
      if (elsewhere(event.target)) return;
      const at = pointer();
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (actions.pasteText(text, at ? view.toFlow(at) : view.middle())) event.preventDefault();
    };
    document.addEventListener("copy", copy);
    document.addEventListener("cut", copy);
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("copy", copy);
      document.removeEventListener("cut", copy);
      document.removeEventListener("paste", paste);
    };
  }, []);
}

function elsewhere(target: EventTarget | null): boolean {
  return isWriting(target) || document.querySelector("[role=dialog]") !== null;
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input,textarea,select,[contenteditable=true]") !== null;
}

function onNode(target: EventTarget): boolean {
  return target instanceof Element && target.matches(".react-flow__node");
}

function onBoard(target: EventTarget): boolean {
  return target instanceof Element && (onNode(target) || target.matches("[data-canvas]"));
}
