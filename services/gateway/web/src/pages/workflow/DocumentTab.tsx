import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { locate } from "../../domain/pointer";
import type { EditorHandle } from "../../ui/CodeEditor";
import { JsonEditor } from "../../ui/Lazy";
import { Notices } from "./Notices";
import { Outline } from "./Outline";
import { ProblemList } from "./ProblemList";
import { useProblems } from "./useProblems";
import type { Draft } from "./useDraft";

/** The document as text, its faults in place, and the same document drawn. */
export function DocumentTab({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const editor = useRef<EditorHandle>(null);
  const problems = useProblems(draft);
  const diagnostics = useMemo(
    () =>
      problems.items.map(({ range, severity, message, hint }) => ({
        ...range,
        severity,
        message: hint ? `${message} ${hint}` : message,
      })),
    [problems.items],
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col xl:flex-row">
      <div className="flex min-h-[32rem] min-w-0 flex-1 flex-col xl:min-h-0">
        <Notices draft={draft} />
        <div className="bg-surface min-h-0 flex-1">
          <JsonEditor
            ref={editor}
            label={t("workflow.editor")}
            value={draft.text}
            onChange={(text) => draft.setText(text, "typing")}
            history={draft}
            diagnostics={diagnostics}
          />
        </div>
        <ProblemList
          problems={problems}
          text={draft.text}
          onReveal={(problem) => editor.current?.reveal(problem.range)}
        />
      </div>
      <Outline
        text={draft.text}
        onChange={draft.setText}
        onReveal={(pointer) => editor.current?.reveal(locate(draft.text, pointer))}
      />
    </div>
  );
}
