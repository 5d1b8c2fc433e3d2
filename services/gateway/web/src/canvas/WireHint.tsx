import { useConnection } from "@xyflow/react";
import { Ban } from "lucide-react";
import { useEffect, useState } from "react";
import { sentence } from "../api/problem";
import type { Position, ProblemItem } from "../api/types";
import { edgeKey } from "../domain/canvas/edges";
import { wireOf } from "./useWiring";
import type { WireCheck } from "./useWireCheck";

/** While a wire hangs at a port that refuses it: why, beside the pointer. */
export function WireHint({ check }: { check: WireCheck }) {
  const connection = useConnection();
  const edge = connection.inProgress ? wireOf(connection.fromHandle, connection.toHandle) : undefined;
  const key = edge && edgeKey(edge);
  const [refused, setRefused] = useState<{ key: string; why: ProblemItem }>();
  useEffect(() => {
    if (!edge || key === undefined) return;
    let current = true;
    void check(edge).then((why) => current && why && setRefused({ key, why }));
    return () => {
      current = false;
    };
    // The key says all that the edge says.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key, check]);
  if (!connection.inProgress || !refused || refused.key !== key || !connection.pointer) return null;
  return <Refusal why={refused.why} at={connection.pointer} inside />;
}

interface RefusalProps {
  why: ProblemItem;
  at: Position;
  /** Whether `at` counts from the canvas instead of the window. */
  inside?: boolean;
}

export function Refusal({ why, at, inside }: RefusalProps) {
  return (
    <div
      role="alert"
      className={`${inside ? "absolute" : "fixed"} border-bad bg-raised shadow-pop pointer-events-none z-40 flex w-72 gap-2 rounded-lg border px-3 py-2 text-sm`}
      style={{
        left: inside ? at.x + 14 : Math.min(at.x + 14, window.innerWidth - 300),
        top: inside ? at.y + 14 : Math.min(at.y + 14, window.innerHeight - 120),
      }}
    >
      <Ban aria-hidden size={16} className="text-bad mt-0.5 shrink-0" />
      <div className="min-w-0 break-words">
        <p className="text-bad font-medium">{sentence(why.message)}</p>
        {why.hint && <p className="text-ink-2">{sentence(why.hint)}</p>}
      </div>
    </div>
  );
}
