import { useMemo, useState } from "react";
import type { WorkflowDocument } from "../../api/types";
import { isDrawable } from "../../domain/canvas/drawing";
import { parseDocument } from "../../domain/document";

/** The document of a text, or the last one while the text is none; whether it is the text's. */
export function useLastDocument(text: string): { document: WorkflowDocument | undefined; current: boolean } {
  const document = useMemo(() => parseDocument(text), [text]);
  const drawable = isDrawable(document) ? document : undefined;
  const [last, setLast] = useState(drawable);
  if (drawable && drawable !== last) setLast(drawable);
  return { document: drawable ?? last, current: drawable !== undefined };
}
