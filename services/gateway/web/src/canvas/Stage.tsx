import {
  Background,
  BackgroundVariant,
  MiniMap,
  ReactFlow,
  SelectionMode,
  type ReactFlowProps,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import "./canvas.css";
import { useTranslation } from "react-i18next";
import { grid } from "../domain/canvas/places";
import { useMedia, wide } from "../ui/media";
import type { FlowEdge, FlowNode } from "./flow";
import { NoteView } from "./NoteView";
import { StepView } from "./StepView";
import { WireView } from "./WireView";

const nodeTypes = { step: StepView, note: NoteView };
const edgeTypes = { wire: WireView };
const fit = { padding: 0.15, maxZoom: 1 };
const snap: [number, number] = [grid, grid];
const attribution = { hideAttribution: false };

interface StageProps extends ReactFlowProps<FlowNode, FlowEdge> {
  name: string;
  /** A small map of all of it, where there is room. */
  map?: boolean;
}

/** The surface that both the editor and the run page draw on. Keys are the editor's own. */
export function Stage({ name, map = false, children, ...rest }: StageProps) {
  const { t } = useTranslation();
  const roomy = useMedia(wide);
  return (
    <ReactFlow<FlowNode, FlowEdge>
      className="canvas"
      aria-label={name}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      fitView
      fitViewOptions={fit}
      minZoom={0.1}
      maxZoom={2}
      snapToGrid
      snapGrid={snap}
      onlyRenderVisibleElements
      nodesFocusable={false}
      edgesFocusable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      selectionMode={SelectionMode.Partial}
      multiSelectionKeyCode={["Shift", "Control", "Meta"]}
      selectionKeyCode="Shift"
      panOnScroll
      zoomOnDoubleClick={false}
      elevateNodesOnSelect={false}
      nodeClickDistance={4}
      paneClickDistance={4}
      connectionRadius={26}
      proOptions={attribution}
      {...rest}
    >
      <Arrow />
      <Background variant={BackgroundVariant.Dots} gap={grid} size={1.5} />
      {map && roomy && <MiniMap pannable zoomable position="bottom-right" ariaLabel={t("canvas.minimap")} />}
      {children}
    </ReactFlow>
  );
}

function Arrow() {
  return (
    <svg aria-hidden className="absolute size-0">
      <defs>
        <marker
          id="canvas-arrow"
          viewBox="0 0 8 8"
          refX={9}
          refY={4}
          markerWidth={8}
          markerHeight={8}
          orient="auto"
        >
          <path d="M1 1L7 4L1 7Z" fill="context-stroke" />
        </marker>
      </defs>
    </svg>
  );
}
