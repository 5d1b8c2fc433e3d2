import type { FinalConnectionState, Handle } from "@xyflow/react";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Edge, Position, ProblemItem } from "../api/types";
import { edgeBetween, type End } from "../domain/canvas/edges";
import type { Asking } from "./asking";
import type { Actions } from "./useActions";
import type { View } from "./useView";
import type { WireCheck } from "./useWireCheck";

interface Given {
  check: WireCheck;
  actions: Actions;
  view: View;
  ask: (asking: Asking) => void;
}

const shownMs = 7000;

/** What becomes of a wire that was let go: it is put in, refused with the reason, or asks for a node to end at. */
export function useWiring({ check, actions, view, ask }: Given) {
  const { t } = useTranslation();
  const [refusal, setRefusal] = useState<{ why: ProblemItem; at: Position } | null>(null);
  useEffect(() => {
    if (!refusal) return;
    const timer = setTimeout(() => setRefusal(null), shownMs);
    return () => clearTimeout(timer);
  }, [refusal]);
  const wire = useCallback(
    async (edge: Edge, at: Position, put = () => actions.connect(edge)) => {
      const why = await check(edge);
      if (why) setRefusal({ why, at });
      else {
        setRefusal(null);
        put();
      }
    },
    [actions, check],
  );
  const onConnectEnd = (event: MouseEvent | TouchEvent, { fromHandle, toHandle }: FinalConnectionState) => {
    if (!fromHandle) return;
    const at = pointOf(event);
    const own: End = { node: fromHandle.nodeId, port: fromHandle.id ?? "" };
    const exact = wireOf(fromHandle, toHandle);
    if (exact) return void wire(exact, at);
    const node = nodeAt(at);
    const out = fromHandle.type === "source";
    if (node === own.node) return;
    if (node !== undefined) {
      const other = out ? actions.inputOf(node) : actions.outputOf(node);
      if (other) return void wire(out ? edgeBetween(own, other) : edgeBetween(other, own), at);
      const message = t("canvas.noOutput", { node });
      return setRefusal({ why: { pointer: "", code: "edge.unknown_port", message }, at });
    }
    const place = view.toFlow(at);
    if (out) ask({ kind: "add", at, place: { x: place.x, y: place.y - 60 }, from: own });
    else ask({ kind: "add", at, place: { x: place.x - 240, y: place.y - 60 }, to: own });
  };
  return { refusal, dismiss: () => setRefusal(null), wire, onConnectEnd };
}

/** The edge between two handles; undefined when they are of one kind. */
export function wireOf(from: Handle | null, to: Handle | null): Edge | undefined {
  if (!from || !to || from.type === to.type) return undefined;
  const [source, target] = from.type === "source" ? [from, to] : [to, from];
  return edgeBetween(
    { node: source.nodeId, port: source.id ?? "" },
    { node: target.nodeId, port: target.id ?? "" },
  );
}

function pointOf(event: MouseEvent | TouchEvent): Position {
  const point = "changedTouches" in event ? event.changedTouches[0] : event;
  return { x: point?.clientX ?? 0, y: point?.clientY ?? 0 };
}

function nodeAt({ x, y }: Position): string | undefined {
  const element = document.elementFromPoint(x, y)?.closest<HTMLElement>(".react-flow__node-step");
  return element?.dataset.id;
}
