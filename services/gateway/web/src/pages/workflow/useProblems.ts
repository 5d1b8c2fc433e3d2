import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { sentence } from "../../api/problem";
import type { ProblemItem } from "../../api/types";
import { validationQuery } from "../../app/queries";
import { parseDocument } from "../../domain/document";
import { locate, syntaxFault, type Range } from "../../domain/pointer";
import { useSettled } from "../../ui/useSettled";
import type { Draft } from "./useDraft";

/** One fault of the document, at its place in the text. */
export interface Problem {
  severity: "error" | "warning";
  message: string;
  hint?: string;
  pointer: string;
  node?: string;
  range: Range;
}

export interface Problems {
  items: Problem[];
  /** The server is looking at the newest text. */
  checking: boolean;
}

const settleMs = 350;

/** The faults of the text: while it is no JSON its first fault, else what the server finds. */
export function useProblems({ text, refusal }: Pick<Draft, "text" | "refusal">): Problems {
  const { t } = useTranslation();
  const settled = useSettled(text, settleMs);
  const document = useMemo(() => parseDocument(settled), [settled]);
  const check = useQuery({
    ...validationQuery(settled),
    enabled: document !== undefined,
    placeholderData: (previous) => previous,
  });
  const found = document ? (check.data?.problems ?? refusedItems(check.error, refusal)) : undefined;
  const shown = useDeferredValue(found);
  const items = useMemo((): Problem[] => {
    const fault = syntaxFault(text);
    if (fault) {
      const message = t("workflow.syntax", { message: fault.message });
      return [{ severity: "error", message, pointer: "", range: fault.range }];
    }
    const placed = (shown ?? []).map((item) => atPlace(text, item));
    return placed.sort((a, b) => a.range.from - b.range.from);
  }, [text, shown, t]);
  return { items, checking: text !== settled || check.isFetching };
}

function refusedItems(check: Error | null, refusal: Draft["refusal"]): ProblemItem[] {
  if (check && "items" in check && Array.isArray(check.items)) return check.items as ProblemItem[];
  return refusal?.items ?? [];
}

function atPlace(text: string, item: ProblemItem): Problem {
  const pointer = item.pointer.replace(/^\/document(?=\/|$)/, "");
  return {
    severity: item.severity ?? "error",
    message: sentence(item.message),
    hint: item.hint ? sentence(item.hint) : undefined,
    pointer,
    node: item.node ?? undefined,
    range: locate(text, pointer),
  };
}
