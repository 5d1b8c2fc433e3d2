import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  type KeyBinding,
} from "@codemirror/view";
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { tags } from "@lezer/highlight";
import { useEffect, useImperativeHandle, useRef, type Ref, type RefObject } from "react";
import { changeBetween } from "../domain/history";

export interface EditorHandle {
  /** Puts the cursor there, scrolls to it and focuses. */
  reveal: (range: { from: number; to: number }) => void;
}

interface CodeEditorProps {
  value: string;
  label: string;
  readOnly?: boolean;
  diagnostics?: Diagnostic[];
  onChange?: (value: string) => void;
  /** What takes changes back instead of the editor itself, where others change the text too. */
  history?: { undo?: () => void; redo?: () => void };
  ref?: Ref<EditorHandle>;
}

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--color-accent)" },
  { tag: tags.string, color: "var(--color-ok)" },
  { tag: tags.number, color: "var(--color-warn)" },
  { tag: [tags.bool, tags.null], color: "var(--color-note)" },
  { tag: [tags.brace, tags.squareBracket, tags.separator, tags.punctuation], color: "var(--color-ink-3)" },
]);

const face = EditorView.theme({
  "&": {
    height: "100%",
    fontSize: "var(--text-sm)",
    backgroundColor: "transparent",
    color: "var(--color-ink)",
  },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.6" },
  ".cm-content": { padding: "0.75rem 0", caretColor: "var(--color-accent)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--color-ink-3)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 0.25rem 0 0.75rem" },
  ".cm-activeLine": { backgroundColor: "var(--color-hover)" },
  ".cm-cursor": { borderLeftColor: "var(--color-accent)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in oklch, var(--color-accent) 25%, transparent)",
  },
  ".cm-matchingBracket": {
    backgroundColor: "var(--color-accent-soft)",
    outline: "1px solid var(--color-line)",
  },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--color-bad) 1px",
    textUnderlineOffset: "3px",
  },
  ".cm-lintRange-warning": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--color-warn) 1px",
    textUnderlineOffset: "3px",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--color-raised)",
    color: "var(--color-ink)",
    border: "1px solid var(--color-line)",
    borderRadius: "0.625rem",
    boxShadow: "var(--shadow-pop)",
    overflow: "hidden",
    fontFamily: "var(--font-sans)",
  },
  ".cm-diagnostic": { padding: "0.375rem 0.75rem", maxWidth: "28rem" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--color-bad)" },
  ".cm-diagnostic-warning": { borderLeft: "3px solid var(--color-warn)" },
  ".cm-lint-marker": {
    width: "0.5rem",
    height: "0.5rem",
    borderRadius: "1rem",
    margin: "0.45rem 0 0 0.25rem",
  },
  ".cm-lint-marker-error": { content: "normal", backgroundColor: "var(--color-bad)" },
  ".cm-lint-marker-warning": { content: "normal", backgroundColor: "var(--color-warn)" },
  ".cm-foldPlaceholder": {
    backgroundColor: "var(--color-sunken)",
    border: "none",
    color: "var(--color-ink-3)",
    padding: "0 0.4em",
  },
});

function stepKeys(steps: RefObject<CodeEditorProps["history"]>): KeyBinding[] {
  const take = (step: "undo" | "redo") => () => {
    steps.current?.[step]?.();
    return true;
  };
  return [
    { key: "Mod-z", run: take("undo"), preventDefault: true },
    { key: "Mod-y", run: take("redo"), preventDefault: true },
    { key: "Mod-Shift-z", run: take("redo"), preventDefault: true },
  ];
}

/** A JSON editor. Tab indents; Escape, then Tab leaves it. */
export function CodeEditor({
  value,
  label,
  readOnly = false,
  diagnostics,
  onChange,
  history: outer,
  ref,
}: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const access = useRef(new Compartment());
  const changed = useRef(onChange);
  const steps = useRef(outer);
  useEffect(() => {
    changed.current = onChange;
    steps.current = outer;
  });

  useEffect(() => {
    if (!host.current) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          lineNumbers(),
          lintGutter(),
          foldGutter(),
          steps.current ? [] : history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          EditorView.lineWrapping,
          json(),
          syntaxHighlighting(colours),
          face,
          keymap.of([
            ...closeBracketsKeymap,
            ...defaultKeymap,
            ...(steps.current ? stepKeys(steps) : historyKeymap),
            ...foldKeymap,
            indentWithTab,
          ]),
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          access.current.of(EditorState.readOnly.of(readOnly)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
    // The editor is made once; later values arrive by the effects below.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [label]);

  useEffect(() => {
    const editor = view.current;
    const shown = editor?.state.doc.toString();
    if (!editor || shown === undefined || shown === value) return;
    // The smallest change keeps the cursor and the folds.
    const { at, out, into } = changeBetween(shown, value);
    editor.dispatch({ changes: { from: at, to: at + out.length, insert: into } });
  }, [value]);

  useEffect(() => {
    view.current?.dispatch({ effects: access.current.reconfigure(EditorState.readOnly.of(readOnly)) });
  }, [readOnly]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const end = editor.state.doc.length;
    const inside = (diagnostics ?? []).map((one) => ({
      ...one,
      from: Math.min(one.from, end),
      to: Math.min(one.to, end),
    }));
    editor.dispatch(setDiagnostics(editor.state, inside));
  }, [diagnostics]);

  useImperativeHandle(ref, () => ({
    reveal: ({ from, to }) => {
      view.current?.dispatch({
        selection: { anchor: from, head: to },
        effects: EditorView.scrollIntoView(from, { y: "center" }),
      });
      view.current?.focus();
    },
  }));

  return <div ref={host} className="h-full min-h-0 overflow-hidden" />;
}
