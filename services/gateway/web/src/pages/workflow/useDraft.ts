import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, idempotencyKey, unwrap } from "../../api/client";
import { ApiError } from "../../api/problem";
import type { Workflow, WorkflowDocument } from "../../api/types";
import { read, write } from "../../app/preferences";
import { workflowQuery } from "../../app/queries";
import { parseDocument, printDocument } from "../../domain/document";
import { toast } from "../../ui/toast";
import { useTextHistory } from "./useTextHistory";

/** The text being edited, and what can be done with it. The server's newest draft is its base. */
export interface Draft {
  workflow: Workflow;
  text: string;
  /** Changes of one group that follow each other at once are undone together. */
  setText: (text: string, group?: string) => void;
  /** Changes the document in the newest text; nothing happens while that is none. */
  edit: (change: (document: WorkflowDocument) => WorkflowDocument, group?: string) => void;
  /** Absent when there is nothing to take back, or to do again. */
  undo?: () => void;
  redo?: () => void;
  dirty: boolean;
  /** Whether the text was found in this browser, left by an earlier visit. */
  restored: boolean;
  discard: () => void;
  save: () => Promise<Workflow | undefined>;
  saving: boolean;
  publish: (version?: number) => void;
  publishing: boolean;
  /** The last refusal of a save. */
  refusal: ApiError | null;
  /** Somebody saved another draft meanwhile: this is its number. */
  conflict: number | null;
  overwrite: () => void;
}

interface Kept {
  base: number;
  text: string;
}

/** Edits survive a reload or a crash: they are kept in this browser until saved or discarded. */
export function useDraft(id: string): Draft {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data: workflow } = useSuspenseQuery(workflowQuery(id));
  const storageKey = `st.draft.${id}`;
  const [kept] = useState(() => readKept(storageKey));
  const [started, setStarted] = useState(kept?.base ?? workflow.draft_version);
  const [edited, setEdited] = useState<string | null>(kept?.text ?? null);
  // The draft that the edits began from: the newest one until something is typed.
  const base = edited === null ? workflow.draft_version : started;
  const saved = printDocument(workflow.document);
  const dirty = edited !== null && edited !== saved;
  const text = edited ?? saved;

  useEffect(() => {
    if (!dirty) return write(storageKey, null);
    const timer = setTimeout(() => write(storageKey, JSON.stringify({ base, text } satisfies Kept)), 300);
    return () => clearTimeout(timer);
  }, [dirty, base, text, storageKey]);

  const discard = useCallback(() => {
    setEdited(null);
    write(storageKey, null);
  }, [storageKey]);

  const saving = useMutation({
    mutationFn: ({ onto }: { onto: number }) => {
      const document = parseDocument(text);
      if (!document) throw new ApiError(422, "workflow.not_json", t("workflow.notJson"));
      return unwrap(
        api.PUT("/api/v1/workflows/{id}", {
          params: { path: { id }, header: { "If-Match": `"${onto}"` } },
          body: { document },
        }),
      );
    },
    onSuccess: (next) => {
      client.setQueryData(workflowQuery(id).queryKey, next);
      discard();
      void client.invalidateQueries({ queryKey: ["list", "workflows"] });
    },
    onError: (error) => {
      if (isConflict(error)) void client.invalidateQueries({ queryKey: workflowQuery(id).queryKey });
    },
    meta: { quiet: true },
  });

  const publishing = useMutation({
    mutationFn: (version: number | undefined) =>
      unwrap(
        api.POST("/api/v1/workflows/{id}/publish", {
          params: { path: { id }, header: { "Idempotency-Key": idempotencyKey() } },
          body: { version },
        }),
      ),
    onSuccess: (next) => {
      client.setQueryData(workflowQuery(id).queryKey, next);
      toast(t("workflow.published", { version: next.published_version ?? "" }));
      void client.invalidateQueries({ queryKey: ["list", "workflows"] });
    },
  });

  // Who saves while a save is under way waits for that one: a second would meet the first as somebody else's.
  const underWay = useRef<Promise<Workflow | undefined>>(undefined);
  const saveOnto = (onto: number) => {
    underWay.current ??= saving
      .mutateAsync({ onto })
      .catch(() => undefined)
      .finally(() => (underWay.current = undefined));
    return underWay.current;
  };
  const history = useTextHistory(text, (next) => {
    setStarted(base);
    setEdited(next);
  });
  return {
    workflow,
    text,
    setText: history.write,
    edit: (change, group) => {
      const document = parseDocument(history.newest());
      const changed = document && change(document);
      if (changed && changed !== document) history.write(printDocument(changed), group);
    },
    undo: history.undo,
    redo: history.redo,
    dirty,
    restored: kept !== null && dirty && edited === kept.text,
    discard: () => {
      discard();
      saving.reset();
    },
    save: () => saveOnto(base),
    saving: saving.isPending,
    publish: (version) => publishing.mutate(version),
    publishing: publishing.isPending,
    refusal: saving.error,
    conflict: saving.error && isConflict(saving.error) ? workflow.draft_version : null,
    overwrite: () => void saveOnto(workflow.draft_version),
  };
}

function isConflict(error: ApiError): boolean {
  return error.status === 409 || error.status === 412;
}

function readKept(key: string): Kept | null {
  try {
    const value: unknown = JSON.parse(read(key) ?? "null");
    const fits = typeof value === "object" && value !== null && "text" in value && "base" in value;
    return fits && typeof value.text === "string" && typeof value.base === "number"
      ? { text: value.text, base: value.base }
      : null;
  } catch {
    return null;
  }
}
