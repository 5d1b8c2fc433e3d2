import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowDocument } from "../api/types";
import { sketch, type SketchNode } from "../domain/sketch";
import type { Tone } from "./Badge";
import { NodeIcon } from "./NodeIcon";
import { nodeTone } from "./nodeLook";

const cell = { width: 46, height: 36, node: 24 };

const scale = 1.25;

const fills: Record<Tone, string> = {
  plain: "fill-sunken stroke-line-strong text-ink-2",
  accent: "fill-accent-soft stroke-accent text-accent",
  ok: "fill-ok-soft stroke-ok text-ok",
  warn: "fill-warn-soft stroke-warn text-warn",
  bad: "fill-bad-soft stroke-bad text-bad",
  note: "fill-note-soft stroke-note text-note",
};

/** The shape of a workflow at a glance. Not interactive: the list of nodes beside it says the same in words. */
export function GraphSketch({ document, height = 96 }: { document: WorkflowDocument; height?: number }) {
  const { t } = useTranslation();
  const drawn = useMemo(() => sketch(document), [document]);
  const width = Math.max(1, drawn.columns) * cell.width;
  const tall = Math.max(1, drawn.rows) * cell.height;
  const x = (node: SketchNode) => node.column * cell.width + cell.width / 2;
  const y = (node: SketchNode) => {
    const inColumn = drawn.nodes.filter((other) => other.column === node.column).length;
    return (tall - inColumn * cell.height) / 2 + node.row * cell.height + cell.height / 2;
  };
  return (
    <svg
      role="img"
      aria-label={t("workflows.sketch", { nodes: drawn.nodes.length, edges: drawn.edges.length })}
      viewBox={`0 0 ${width} ${tall}`}
      style={{ width: width * scale, maxHeight: height }}
      className="max-w-full"
    >
      {drawn.edges.map(({ from, to }, index) => {
        const [x1, y1, x2, y2] = [x(from) + cell.node / 2, y(from), x(to) - cell.node / 2, y(to)];
        const bend = (x2 - x1) / 2;
        return (
          <path
            key={index}
            d={`M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`}
            className="stroke-line-strong fill-none"
            strokeWidth={1.25}
          />
        );
      })}
      {drawn.nodes.map((node) => {
        return (
          <g
            key={node.id}
            transform={`translate(${x(node) - cell.node / 2} ${y(node) - cell.node / 2})`}
            className={fills[nodeTone(node.type)]}
          >
            <rect width={cell.node} height={cell.node} rx={7} strokeWidth={1} strokeOpacity={0.45} />
            <NodeIcon
              type={node.type}
              x={6}
              y={6}
              width={12}
              height={12}
              className="fill-none stroke-current"
              strokeWidth={2}
            />
          </g>
        );
      })}
    </svg>
  );
}
