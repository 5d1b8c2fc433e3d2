import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { Edge, ProblemItem, WorkflowDocument } from "../api/types";
import { validationQuery } from "../app/queries";
import { connect, edgeKey } from "../domain/canvas/edges";
import { refusalOf } from "../domain/canvas/wires";
import { printDocument } from "../domain/document";

export type WireCheck = (edge: Edge) => Promise<ProblemItem | undefined>;

/** Asks the server whether the document may have one more wire. Who cannot ask may draw: the problems tell later. */
export function useWireCheck(document: WorkflowDocument): WireCheck {
  const client = useQueryClient();
  return useCallback(
    async (edge) => {
      const changed = connect(document, edge);
      if (changed === document) return undefined;
      const problems = async (one: WorkflowDocument) =>
        (
          await client.fetchQuery({
            ...validationQuery(printDocument(one)),
            staleTime: Infinity,
            retry: false,
          })
        ).problems;
      try {
        const [before, after] = await Promise.all([problems(document), problems(changed)]);
        const index = changed.edges.findIndex((one) => edgeKey(one) === edgeKey(edge));
        return refusalOf(before, after, index);
      } catch {
        return undefined;
      }
    },
    [client, document],
  );
}
