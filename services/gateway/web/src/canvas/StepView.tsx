import { Handle, Position, useStore, type NodeProps } from "@xyflow/react";
import { CircleX, TriangleAlert } from "lucide-react";
import { memo } from "react";
import { face, portY, type DrawnPort } from "../domain/canvas/drawing";
import { typeName } from "../domain/canvas/ports";
import type { Live } from "../domain/canvas/live";
import type { NodeState } from "../domain/run";
import { stateLook } from "../pages/runs/RunStatusBadge";
import { cx } from "../ui/cx";
import { NodeIcon } from "../ui/NodeIcon";
import { nodeTone } from "../ui/nodeLook";
import { tones } from "../ui/tone";
import type { Faults, StepNode } from "./flow";

const states: Record<NodeState, { ring: string; note: string }> = {
  running: { ring: "border-accent ring-accent animate-sheen ring-2", note: "bg-accent-soft text-accent" },
  waiting: { ring: "border-note ring-note ring-1", note: "bg-note-soft text-note" },
  completed: { ring: "border-ok ring-ok ring-1", note: "bg-ok-soft text-ok" },
  failed: { ring: "border-bad ring-bad ring-2", note: "bg-bad-soft text-bad" },
  skipped: { ring: "border-line-strong border-dashed", note: "bg-sunken text-ink-2" },
  cancelled: { ring: "border-warn border-dashed", note: "bg-warn-soft text-warn" },
};

/** A node: what it is, what it does in a line, and where wires enter and leave. The name for screen readers is around it. */
export const StepView = memo(function StepView({ data, selected }: NodeProps<StepNode>) {
  const { drawn, faults, live } = data;
  const far = useStore(isFar);
  if (far) return <FarView data={data} selected={selected} />;
  return (
    <div
      aria-hidden
      className={cx(
        "bg-surface shadow-card h-full rounded-xl border",
        live ? states[live.state].ring : faults?.errors ? "border-bad" : "border-line-strong",
        selected && "outline-accent outline-2 outline-offset-2",
      )}
    >
      <div className="flex items-center gap-2.5 px-3" style={{ height: face.head }}>
        <span
          className={cx("grid size-8 shrink-0 place-items-center rounded-lg", tones[nodeTone(drawn.type)])}
        >
          <NodeIcon type={drawn.type} size={17} />
        </span>
        <span className="min-w-0 flex-1 leading-tight">
          <span className="block truncate font-semibold">{drawn.id}</span>
          <span className="text-ink-3 block truncate text-xs">{drawn.title}</span>
        </span>
        <FaultMark faults={faults} />
        {live && <LiveNote live={live} />}
      </div>
      {drawn.summary && (
        <p
          className="text-ink-2 truncate px-3 font-mono text-xs"
          style={{ height: face.summary }}
          title={drawn.summary}
        >
          {drawn.summary}
        </p>
      )}
      {drawn.inputs.map((port, row) => (
        <Port key={`in-${port.name}`} port={port} y={portY(drawn, row)} side="target" />
      ))}
      {drawn.outputs.map((port, row) => (
        <Port key={`out-${port.name}`} port={port} y={portY(drawn, row)} side="source" />
      ))}
    </div>
  );
});

/** From here on nobody can read what stands in a node: its name is enlarged, and the rest is not drawn. */
const isFar = ({ transform }: { transform: readonly number[] }) => (transform[2] ?? 1) < 0.4;

function FarView({
  data: { drawn, faults, live },
  selected,
}: Pick<NodeProps<StepNode>, "data" | "selected">) {
  return (
    <div
      aria-hidden
      className={cx(
        "flex h-full items-center gap-3 rounded-xl border-2 px-4",
        tones[nodeTone(drawn.type)],
        live ? states[live.state].ring : faults?.errors ? "border-bad" : "border-line-strong",
        selected && "outline-accent outline-4 outline-offset-2",
      )}
    >
      <NodeIcon type={drawn.type} size={36} className="shrink-0" />
      <span className="truncate text-2xl font-semibold">{drawn.id}</span>
      {drawn.inputs.map(({ name }, row) => (
        <FarHandle key={`in-${name}`} id={name} y={portY(drawn, row)} side="target" />
      ))}
      {drawn.outputs.map(({ name }, row) => (
        <FarHandle key={`out-${name}`} id={name} y={portY(drawn, row)} side="source" />
      ))}
    </div>
  );
}

/** The icon carries the state, the colour only helps. */
function LiveNote({ live: { state, note } }: { live: Live }) {
  const { icon: Icon, spin } = stateLook[state];
  return (
    <span
      className={cx(
        "tabular flex shrink-0 items-center gap-1 rounded-md px-1.5 text-xs font-medium",
        states[state].note,
      )}
    >
      <Icon size={12} strokeWidth={2.25} className={cx(spin && "animate-spin")} />
      {note}
    </span>
  );
}

/** Only an end for wires. */
function FarHandle({ id, y, side }: { id: string; y: number; side: "source" | "target" }) {
  const position = side === "source" ? Position.Right : Position.Left;
  return <Handle id={id} type={side} position={position} className="port port-far" style={{ top: y }} />;
}

function FaultMark({ faults }: { faults?: Faults }) {
  if (!faults) return null;
  const Icon = faults.errors > 0 ? CircleX : TriangleAlert;
  return (
    <span
      aria-hidden
      className={cx(
        "tabular flex items-center gap-0.5 text-xs font-semibold",
        faults.errors > 0 ? "text-bad" : "text-warn",
      )}
    >
      <Icon size={15} />
      {faults.errors + faults.warnings > 1 && faults.errors + faults.warnings}
    </span>
  );
}

function Port({ port, y, side }: { port: DrawnPort; y: number; side: "source" | "target" }) {
  const kind = typeName(port.schema);
  const out = side === "source";
  const error = out && port.name === "error";
  return (
    <>
      <Handle
        id={port.name}
        type={side}
        position={out ? Position.Right : Position.Left}
        title={kind ? `${port.name}: ${kind}` : port.name}
        className={cx(
          "port",
          error && "port-error",
          port.unknown && "port-unknown",
          !out && port.required === false && "port-optional",
        )}
        style={{ top: y }}
      />
      <span
        className={cx(
          "pointer-events-none absolute max-w-26 -translate-y-1/2 truncate text-xs",
          out ? "right-3" : "left-3",
          error || port.unknown ? "text-bad" : "text-ink-2",
        )}
        style={{ top: y }}
      >
        {port.name}
      </span>
    </>
  );
}
