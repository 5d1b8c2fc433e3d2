import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useMemo } from "react";
import type { Position } from "../api/types";
import type { Box } from "../domain/canvas/places";
import type { FlowEdge, FlowNode } from "./flow";

/** The frames in which a node that was out of sight comes to be there. */
const mostFrames = 30;

/** Where the canvas looks, and what of it has the focus. */
export function useView() {
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const store = useStoreApi<FlowNode, FlowEdge>();
  return useMemo(() => {
    const sees = (box: Box, margin: number) => {
      const { transform, width, height } = store.getState();
      const [x, y, zoom] = transform;
      const [left, top] = [box.x * zoom + x, box.y * zoom + y];
      return (
        left >= margin &&
        top >= margin &&
        left + box.width * zoom <= width - margin &&
        top + box.height * zoom <= height - margin
      );
    };
    const centre = (box: Box, zoom = flow.getZoom()) =>
      void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, {
        zoom,
        duration: still() ? 0 : 160,
      });
    const elementOf = (id: string) =>
      store.getState().domNode?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
    const focus = (id: string, box?: Box) => {
      if (box && !sees(box, 8)) centre(box, Math.max(flow.getZoom(), 0.5));
      let frames = 0;
      const attempt = () => {
        const element = elementOf(id);
        if (element) element.focus({ preventScroll: true });
        else if (frames++ < mostFrames) requestAnimationFrame(attempt);
      };
      attempt();
    };
    /** Moves the view so that what lies at the right edge leaves the box to be seen. */
    const keepClear = (box: Box, inset: number) => {
      const { transform, width } = store.getState();
      const [x, y, zoom] = transform;
      const over = (box.x + box.width) * zoom + x - (width - inset);
      const room = box.x * zoom + x - 16;
      if (over > 0)
        void flow.setViewport({ x: x - Math.min(over, room), y, zoom }, { duration: still() ? 0 : 160 });
    };
    return {
      keepClear,
      centre: (box: Box) => centre(box, Math.max(flow.getZoom(), 0.7)),
      focus,
      /** The canvas itself: where keys go when no node has the focus. */
      focusCanvas: () => store.getState().domNode?.closest<HTMLElement>("[data-canvas]")?.focus(),
      toFlow: (screen: Position): Position => flow.screenToFlowPosition(screen, { snapToGrid: false }),
      middle: (): Position => {
        const box = store.getState().domNode?.getBoundingClientRect();
        const at = { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 };
        return flow.screenToFlowPosition(at, { snapToGrid: false });
      },
      zoomIn: () => void flow.zoomIn(),
      zoomOut: () => void flow.zoomOut(),
      fit: () => void flow.fitView({ padding: 0.15, maxZoom: 1, duration: still() ? 0 : 160 }),
    };
  }, [flow, store]);
}

export type View = ReturnType<typeof useView>;

function still(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
