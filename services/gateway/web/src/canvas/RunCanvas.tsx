import { ReactFlowProvider } from "@xyflow/react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowDocument } from "../api/types";
import { nodeTypesQuery } from "../app/queries";
import { liveOf } from "../domain/canvas/live";
import type { TypesByName } from "../domain/nodeTypes";
import type { RunState } from "../domain/run";
import { Skeleton } from "../ui/States";
import { Stage } from "./Stage";
import { Toolbar } from "./Toolbar";
import { useFlow } from "./useFlow";
import { useView } from "./useView";

interface RunCanvasProps {
  document: WorkflowDocument;
  run: RunState;
  /** In milliseconds, ticking while the run goes on. */
  now: number;
  onOpen: (node: string) => void;
}

/** The version that runs, drawn with what each node is doing. */
export function RunCanvas(props: RunCanvasProps) {
  const { data } = useQuery(nodeTypesQuery);
  const types = useMemo(() => new Map(data?.map((type) => [type.node_type, type])), [data]);
  if (!data) return <Skeleton className="h-full" />;
  return (
    <ReactFlowProvider>
      <Drawn {...props} types={types} />
    </ReactFlowProvider>
  );
}

function Drawn({ document, run, now, onOpen, types }: RunCanvasProps & { types: TypesByName }) {
  const { t } = useTranslation();
  const view = useView();
  const marks = useMemo(
    () => ({ faults: new Map(), wires: new Set<string>(), live: liveOf(run, now) }),
    [run, now],
  );
  const flow = useFlow(document, types, marks);
  return (
    <Stage
      name={t("canvas.runName")}
      nodes={flow.nodes}
      edges={flow.edges}
      onNodesChange={flow.onNodesChange}
      onEdgesChange={flow.onEdgesChange}
      nodesDraggable={false}
      nodesConnectable={false}
      panOnScroll={false}
      preventScrolling={false}
      zoomOnScroll={false}
      onNodeClick={(_event, { id, type }) => type === "step" && onOpen(id)}
    >
      <Toolbar view={view} />
    </Stage>
  );
}
