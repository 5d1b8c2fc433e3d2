import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { nodeTypesQuery } from "../../app/queries";
import type { Faults, Marks } from "../../canvas/flow";
import { edgeKey } from "../../domain/canvas/edges";
import type { WorkflowDocument } from "../../api/types";
import { CanvasEditor } from "../../canvas/CanvasEditor";
import { ErrorState, Skeleton } from "../../ui/States";
import { Notices } from "./Notices";
import { NodePanel } from "./panel/NodePanel";
import { ProblemSummary } from "./ProblemSummary";
import type { Draft } from "./useDraft";
import { useLastDocument } from "./useLastDocument";
import { useProblems, type Problem } from "./useProblems";

/** The document drawn, and edited where it is drawn. The text is what is edited: the other tab shows the same. */
export function CanvasTab({ draft, onShowText }: { draft: Draft; onShowText: () => void }) {
  const { t } = useTranslation();
  const { document, current } = useLastDocument(draft.text);
  const { data: all, error, refetch } = useQuery(nodeTypesQuery);
  const types = useMemo(() => new Map(all?.map((type) => [type.node_type, type])), [all]);
  const problems = useProblems(draft);
  const marks = useMarks(problems.items, document);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!all) return <Skeleton className="m-6 flex-1 rounded-xl" />;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Notices draft={draft} />
      {document ? (
        <CanvasEditor
          document={document}
          current={current}
          types={types}
          marks={marks}
          editing={draft}
          panel={(given) => (
            <NodePanel {...given} draft={draft} document={document} types={types} problems={problems.items} />
          )}
        />
      ) : (
        <p role="status" className="text-ink-2 grid flex-1 place-items-center px-6 text-center">
          {t("canvas.notCurrent")}
        </p>
      )}
      <ProblemSummary problems={problems} onShowText={onShowText} />
    </div>
  );
}

function useMarks(problems: readonly Problem[], document: WorkflowDocument | undefined): Marks {
  return useMemo(() => {
    const faults = new Map<string, Faults>();
    const wires = new Set<string>();
    for (const { severity, pointer, node } of problems) {
      const [, part, index] = pointer.split("/");
      const edge = part === "edges" ? document?.edges[Number(index)] : undefined;
      if (edge && severity === "error") wires.add(edgeKey(edge));
      const id = node ?? (part === "nodes" ? document?.nodes[Number(index)]?.id : undefined);
      if (id === undefined) continue;
      const known = faults.get(id) ?? { errors: 0, warnings: 0 };
      const more = severity === "error" ? { errors: known.errors + 1 } : { warnings: known.warnings + 1 };
      faults.set(id, { ...known, ...more });
    }
    return { faults, wires };
  }, [problems, document]);
}
