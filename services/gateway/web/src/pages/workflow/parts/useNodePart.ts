import { useMutation } from "@tanstack/react-query";
import { api, unwrap } from "../../../api/client";
import { sentence } from "../../../api/problem";
import type { ProblemItem } from "../../../api/types";
import { parseDocument } from "../../../domain/document";
import { withConfig } from "../../../domain/nodeConfig";

interface NodePartOptions {
  text: string;
  index: number;
  /** The parameter that is written. */
  name: string;
  onSet: (text: string) => void;
}

/** Puts a parameter into the document once the server finds no fault in it; else tells the faults by their places below it. */
export function useNodePart({ text, index, name, onSet }: NodePartOptions) {
  const root = `/nodes/${index}/config/${name}`;
  const check = useMutation({
    mutationFn: async (value: unknown) => {
      const changed = withConfig(text, index, name, value);
      const document = parseDocument(changed);
      if (!document) return [];
      const { problems } = await unwrap(api.POST("/api/v1/workflows/validate", { body: { document } }));
      const faults = problems
        .filter((item) => item.severity !== "warning")
        .flatMap((item) => below(item, root));
      if (faults.length === 0) onSet(changed);
      return faults;
    },
    meta: { quiet: true },
  });
  return {
    set: (value: unknown) => check.mutate(value),
    /** By pointer below the parameter. */
    faults: check.data ?? [],
    error: check.error,
    checking: check.isPending,
    forget: check.reset,
  };
}

export interface PartFault {
  pointer: string;
  text: string;
}

function below(item: ProblemItem, root: string): PartFault[] {
  if (item.pointer !== root && !item.pointer.startsWith(`${root}/`)) return [];
  const words = [item.message, item.hint].filter((one): one is string => Boolean(one)).map(sentence);
  return [{ pointer: item.pointer.slice(root.length), text: words.join(" ") }];
}
