import { ReactFlowProvider, type Connection, type OnNodeDrag } from "@xyflow/react";
import { Lock, Plus } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState, type DragEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Position, WorkflowDocument } from "../api/types";
import { edgeBetween } from "../domain/canvas/edges";
import { changeNote } from "../domain/canvas/notes";
import { snapped } from "../domain/canvas/places";
import type { TypesByName } from "../domain/nodeTypes";
import { Button } from "../ui/Button";
import { useMedia, wide } from "../ui/media";
import { toast } from "../ui/toast";
import { Asked } from "./Asked";
import type { Asking } from "./asking";
import { noteIdOf, type FlowEdge, type FlowNode, type Marks } from "./flow";
import { HandsContext, type Hands } from "./hands";
import { dragType, Shelf } from "./Shelf";
import { Stage } from "./Stage";
import { Toolbar } from "./Toolbar";
import { useActions, type Editing } from "./useActions";
import { nodeOf, useCanvasCommands } from "./useCanvasCommands";
import { useFlow } from "./useFlow";
import { useClipboard, useKeys } from "./useKeys";
import { useView } from "./useView";
import { useWireCheck } from "./useWireCheck";
import { useWiring } from "./useWiring";
import { Refusal, WireHint } from "./WireHint";

interface CanvasEditorProps {
  document: WorkflowDocument;
  /** Whether the document is the one in the text: else it is only shown. */
  current: boolean;
  types: TypesByName;
  marks: Marks;
  editing: Editing;
  /** What is said of one node, beside the canvas. */
  panel: (given: PanelGiven) => ReactNode;
}

export interface PanelGiven {
  id: string;
  /** Whether a key has just asked to go there. */
  focus: boolean;
  onFocused: () => void;
  close: () => void;
  /** Back to the node on the canvas. */
  leave: () => void;
  renamed: (id: string) => void;
}

export function CanvasEditor(props: CanvasEditorProps) {
  return (
    <ReactFlowProvider>
      <Board {...props} />
    </ReactFlowProvider>
  );
}

/** With some air, in pixels. */
const panelWidth = 376;

function Board({ document, current, types, marks, editing, panel }: CanvasEditorProps) {
  const { t } = useTranslation();
  const roomy = useMedia(wide);
  const [asking, ask] = useState<Asking | null>(null);
  const [said, say] = useState("");
  const [shown, setShown] = useState({ open: true, due: false });
  const pointer = useRef<Position>(undefined);
  const view = useView();
  const flow = useFlow(document, types, marks);
  const onNew = useCallback(() => setShown({ open: true, due: false }), []);
  const actions = useActions({ editing, document, types, flow, view, say, onNew });
  const check = useWireCheck(document);
  const { refusal, dismiss, wire, onConnectEnd } = useWiring({ check, actions, view, ask });
  const node = nodeOf(flow);
  const alone = flow.chosen.nodes.size === 1 ? node : undefined;
  const beside = roomy && current && shown.open ? alone : undefined;
  useEffect(() => {
    const box = beside === undefined ? undefined : actions.boxOf(beside);
    if (box) view.keepClear(box, panelWidth);
    // Only when the panel opens, or for another node: what is dragged under it stays there.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [beside, view]);
  const openPanel = () => {
    if (node !== undefined) actions.show([node]);
    setShown({ open: true, due: true });
  };
  const closePanel = () => {
    setShown({ open: false, due: false });
    if (node !== undefined) view.focus(node);
  };
  const copy = () => {
    const text = actions.clip();
    if (text !== undefined) void navigator.clipboard.writeText(text).then(() => toast(t("actions.copied")));
  };
  const onKeyDown = useKeys({ flow, actions, ask, openPanel });
  useClipboard(actions, view, () => pointer.current);
  useCanvasCommands({ flow, view, actions, ask, openPanel, copy });
  const hands = useMemo(
    (): Hands => ({
      insert: (edge, at) => ask({ kind: "insert", edge, at }),
      writeNote: (id, text) => editing.edit((now) => changeNote(now, id, { text })),
      sizeNote: (id, { x, y, width, height }) =>
        editing.edit((now) =>
          changeNote(now, id, {
            at: snapped({ x, y }),
            width: Math.round(width),
            height: Math.round(height),
          }),
        ),
    }),
    [editing],
  );
  const moved: OnNodeDrag<FlowNode> = (_event, _node, nodes) => {
    const of = (type: FlowNode["type"]) => nodes.filter((one) => one.type === type);
    actions.moved(
      Object.fromEntries(of("step").map(({ id, position }) => [id, snapped(position)])),
      Object.fromEntries(of("note").map(({ id, position }) => [noteIdOf(id), snapped(position)])),
    );
  };
  const drop = (event: DragEvent) => {
    const type = event.dataTransfer.getData(dragType);
    if (!type) return;
    event.preventDefault();
    const { x, y } = view.toFlow({ x: event.clientX, y: event.clientY });
    actions.add(type, { at: { x: x - 120, y: y - 30 } });
  };
  const reconnected = (old: FlowEdge, next: Connection) => {
    const edge = edgeBetween(
      { node: next.source, port: next.sourceHandle ?? "" },
      { node: next.target, port: next.targetHandle ?? "" },
    );
    void wire(edge, pointer.current ?? { x: 0, y: 0 }, () => actions.reconnect(old.id, edge));
  };
  return (
    <HandsContext value={current ? hands : null}>
      <div className="relative flex min-h-0 flex-1">
        {roomy && current && <Shelf types={types} onAdd={(type) => actions.add(type)} />}
        {/* The keys that it listens for are the canvas's: moving, deleting, opening. */}
        {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
        <div
          data-canvas
          tabIndex={-1}
          className="relative min-w-0 flex-1 outline-none"
          onKeyDown={current ? onKeyDown : undefined}
          onFocus={({ target }) => {
            const id = target.matches(".react-flow__node-step") ? target.dataset.id : undefined;
            if (id !== undefined && id !== flow.active) flow.setActive(id);
          }}
          onPointerMove={({ clientX: x, clientY: y }) => (pointer.current = { x, y })}
          onPointerLeave={() => (pointer.current = undefined)}
          onPointerDown={dismiss}
          onDragOver={(event) => event.preventDefault()}
          onDrop={drop}
        >
          <Stage
            name={t("canvas.name")}
            map
            nodes={flow.nodes}
            edges={flow.edges}
            nodesDraggable={current}
            nodesConnectable={current}
            edgesReconnectable={current}
            onNodesChange={flow.onNodesChange}
            onEdgesChange={flow.onEdgesChange}
            onNodeClick={(_event, { id, type }) => {
              if (type === "step") flow.setActive(id);
              setShown({ open: true, due: false });
            }}
            onNodeDoubleClick={(_event, { type }) => type === "step" && openPanel()}
            onPaneClick={view.focusCanvas}
            onNodeDragStop={moved}
            onSelectionDragStop={(event, nodes) => nodes[0] && moved(event as never, nodes[0], nodes)}
            onConnectEnd={onConnectEnd}
            onReconnect={reconnected}
          >
            <Toolbar view={view} edit={current ? { actions, editing, ask } : undefined} />
            <WireHint check={check} />
          </Stage>
          {!current && (
            <p
              role="status"
              className="border-line bg-warn-soft text-warn shadow-card absolute top-3 left-1/2 flex -translate-x-1/2 items-center gap-2 rounded-lg border px-3 py-1.5 text-sm font-medium"
            >
              <Lock aria-hidden size={14} />
              {t("canvas.notCurrent")}
            </p>
          )}
          {current && flow.drawing.nodes.length === 0 && (
            <div className="pointer-events-none absolute inset-0 grid place-items-center">
              <div className="pointer-events-auto">
                <Button kind="primary" onPress={() => ask({ kind: "add" })}>
                  <Plus aria-hidden size={15} />
                  {t("canvas.first")}
                </Button>
              </div>
            </div>
          )}
        </div>
        {current &&
          alone !== undefined &&
          shown.open &&
          panel({
            id: alone,
            focus: shown.due,
            onFocused: () => setShown({ open: true, due: false }),
            leave: () => view.focus(alone),
            close: closePanel,
            renamed: (id) => {
              flow.setActive(id);
              actions.show([id]);
            },
          })}
        {asking && (
          <Asked
            asking={asking}
            ask={ask}
            drawing={flow.drawing}
            types={types}
            actions={actions}
            wire={(edge) => void wire(edge, { x: window.innerWidth / 2 - 140, y: window.innerHeight / 3 })}
            onFound={(id) => {
              const box = actions.boxOf(id);
              if (!box) return;
              view.centre(box);
              actions.show([id], box);
            }}
          />
        )}
        {refusal && <Refusal {...refusal} />}
        <p role="status" className="sr-only">
          {said}
        </p>
      </div>
    </HandsContext>
  );
}
