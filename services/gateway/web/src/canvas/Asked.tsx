import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Edge } from "../api/types";
import { edgeBetween, edgeKey } from "../domain/canvas/edges";
import type { Drawing } from "../domain/canvas/drawing";
import { isTrigger, type NodeTypeFacts, type TypesByName } from "../domain/nodeTypes";
import { NodeIcon } from "../ui/NodeIcon";
import type { Asking } from "./asking";
import { Chooser, type Choosable } from "./Chooser";
import type { Actions } from "./useActions";

interface AskedProps {
  asking: Asking;
  ask: (asking: Asking | null) => void;
  drawing: Drawing;
  types: TypesByName;
  actions: Actions;
  wire: (edge: Edge) => void;
  onFound: (id: string) => void;
}

/** The question that is open: which type, which node, which wire. */
export function Asked(props: AskedProps) {
  const { asking, ask, drawing, types, actions, wire, onFound } = props;
  const { t } = useTranslation();
  const close = () => ask(null);
  const typeItems = useTypeItems(types, asking);
  const nodeItems = useMemo(() => itemsOfNodes(drawing, t("canvas.nodes")), [drawing, t]);
  const wireItems = useMemo(() => itemsOfWires(drawing, asking), [drawing, asking]);
  const targets = useMemo(() => itemsOfTargets(drawing, asking), [drawing, asking]);
  switch (asking.kind) {
    case "add":
      return (
        <Chooser
          title={t("canvas.addTitle")}
          items={typeItems}
          at={asking.at}
          onClose={close}
          onChoose={(type) => actions.add(type, { at: asking.place, from: asking.from, to: asking.to })}
        />
      );
    case "insert":
      return (
        <Chooser
          title={t("canvas.insertTitle")}
          items={typeItems}
          at={asking.at}
          onClose={close}
          onChoose={(type) => actions.insert(asking.edge, type)}
        />
      );
    case "insertOn":
      return (
        <Chooser
          title={t("canvas.whichWire")}
          items={wireItems}
          onClose={close}
          // The next question opens once this one is gone.
          onChoose={(edge) => setTimeout(() => ask({ kind: "insert", edge }))}
        />
      );
    case "disconnect":
      return (
        <Chooser
          title={t("canvas.disconnectTitle")}
          items={wireItems}
          onClose={close}
          onChoose={actions.disconnect}
        />
      );
    case "connect":
      return (
        <Chooser
          title={t("canvas.connectTitle", { node: asking.node })}
          items={targets.items}
          onClose={close}
          onChoose={(id) => {
            const edge = targets.edges.get(id);
            if (edge) wire(edge);
          }}
        />
      );
    case "find":
      return <Chooser title={t("canvas.findTitle")} items={nodeItems} onClose={close} onChoose={onFound} />;
  }
}

const categories = ["trigger", "ai", "integration", "control_flow", "transform", "output"] as const;

export function categoryOf(type: NodeTypeFacts): (typeof categories)[number] {
  return categories.find((one) => one === type.category) ?? "transform";
}

/** Node types by category, those that start runs first. */
export function inOrder(types: TypesByName): NodeTypeFacts[] {
  const place = (type: NodeTypeFacts) => categories.indexOf(categoryOf(type));
  return [...types.values()].sort((one, other) => place(one) - place(other));
}

function useTypeItems(types: TypesByName, asking: Asking): Choosable[] {
  const { t } = useTranslation();
  // A wire that comes in ends at no trigger, and one that goes out begins at no end.
  const entered = asking.kind === "insert" || (asking.kind === "add" && asking.from !== undefined);
  const left = asking.kind === "insert" || (asking.kind === "add" && asking.to !== undefined);
  return useMemo(
    () =>
      inOrder(types)
        .filter((type) => !(entered && isTrigger(type.node_type)))
        .filter((type) => !left || type.outputs.length > 0 || type.declares_outputs)
        .map((type) => ({
          id: type.node_type,
          title: type.title,
          note: type.docs,
          words: type.node_type.replaceAll(/[._]/g, " "),
          group: t(`canvas.category.${categoryOf(type)}`),
          icon: <NodeIcon type={type.node_type} size={16} className="text-ink-2 shrink-0" />,
        })),
    [types, entered, left, t],
  );
}

function itemsOfNodes(drawing: Drawing, group: string): Choosable[] {
  return drawing.nodes.map(({ id, type, title, summary }) => ({
    id,
    title: id,
    note: [title, summary].filter(Boolean).join(" · "),
    words: type,
    group,
    icon: <NodeIcon type={type} size={16} className="text-ink-2 shrink-0" />,
  }));
}

function itemsOfWires(drawing: Drawing, asking: Asking): Choosable[] {
  const node = "node" in asking ? asking.node : undefined;
  const all = drawing.edges.filter((edge) => edge.source === node || edge.destination === node);
  const shown = asking.kind === "insertOn" ? all.filter((edge) => edge.source === node) : all;
  return (shown.length > 0 ? shown : all).map((edge) => ({
    id: edge.key,
    title: `${edge.source}.${edge.source_port} → ${edge.destination}.${edge.destination_port}`,
    group: node ?? "",
  }));
}

/** Every input that the node's outputs could lead to; the server says what fits. */
function itemsOfTargets(drawing: Drawing, asking: Asking): { items: Choosable[]; edges: Map<string, Edge> } {
  const edges = new Map<string, Edge>();
  const items: Choosable[] = [];
  const from = asking.kind === "connect" ? drawing.nodes.find(({ id }) => id === asking.node) : undefined;
  const has = new Set(drawing.edges.map(({ key }) => key));
  for (const output of from?.outputs ?? []) {
    for (const node of drawing.nodes) {
      for (const input of node.inputs) {
        const edge = edgeBetween(
          { node: asking.kind === "connect" ? asking.node : "", port: output.name },
          { node: node.id, port: input.name },
        );
        const key = edgeKey(edge);
        if (has.has(key) || node.id === edge.source) continue;
        edges.set(key, edge);
        items.push({
          id: key,
          title: `${node.id}.${input.name}`,
          note: node.title,
          words: output.name,
          group: `${edge.source}.${output.name} →`,
          icon: <NodeIcon type={node.type} size={16} className="text-ink-2 shrink-0" />,
        });
      }
    }
  }
  return { items, edges };
}
