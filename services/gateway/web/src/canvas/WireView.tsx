import { getBezierPath, getSmoothStepPath, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import { cx } from "../ui/cx";
import { useHands } from "./hands";
import type { FlowEdge } from "./flow";

/** A wire; a loop's way back runs above its body, which hangs on its first port. With the pointer on it, a plus puts a node in between. */
export const WireView = memo(function WireView({ id, data, selected, ...ends }: EdgeProps<FlowEdge>) {
  const insert = useHands()?.insert;
  const back = data?.drawn.back ?? false;
  const [path, x, y] = pathOf(ends, back || ends.targetX < ends.sourceX - 40);
  return (
    <g
      className={cx(
        "wire",
        data?.drawn.error && "wire-error",
        data?.faulty && "wire-faulty",
        back && "wire-back",
        selected && "wire-selected",
      )}
    >
      <path d={path} className="react-flow__edge-path" markerEnd="url(#canvas-arrow)" />
      <path
        d={path}
        className="react-flow__edge-interaction"
        strokeWidth={22}
        fill="none"
        strokeOpacity={0}
      />
      {insert && (
        // Keys have a command of their own for it: this is for a pointer on the wire.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
        <g
          aria-hidden
          data-insert={id}
          className="wire-plus"
          transform={`translate(${x} ${y})`}
          onClick={(event) => {
            event.stopPropagation();
            insert(id, { x: event.clientX, y: event.clientY });
          }}
        >
          <circle r={11} />
          <path d="M-5 0H5M0 -5V5" />
        </g>
      )}
    </g>
  );
});

/** Over the heads of what stands in the row, in pixels. */
const aboveBody = 140;

type Ends = Pick<
  EdgeProps,
  "sourceX" | "sourceY" | "targetX" | "targetY" | "sourcePosition" | "targetPosition"
>;

function pathOf(ends: Ends, backwards: boolean): [path: string, x: number, y: number] {
  if (!backwards) {
    const [path, x, y] = getBezierPath(ends);
    return [path, x, y];
  }
  const above = Math.min(ends.sourceY, ends.targetY) - aboveBody;
  const [path] = getSmoothStepPath({ ...ends, borderRadius: 14, centerY: above, offset: 24 });
  return [path, (ends.sourceX + ends.targetX) / 2, above];
}
