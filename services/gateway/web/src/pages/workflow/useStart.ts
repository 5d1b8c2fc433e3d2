import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, idempotencyKey, unwrap } from "../../api/client";
import { ApiError } from "../../api/problem";
import type { Workflow } from "../../api/types";
import { read, write } from "../../app/preferences";
import { triggersOf } from "../../domain/document";
import { syntaxFault } from "../../domain/pointer";

interface StartOptions {
  workflow: Workflow;
  /** The newest draft when left out. */
  version?: number;
  /** Lists effects instead of sending them; without an input, the pinned one counts. */
  dry?: boolean;
  onStarted: (runId: string) => void;
}

/** A run to be started by hand: at which trigger, with the input that it would have put out. */
export function useStart({ workflow, version, dry = false, onStarted }: StartOptions) {
  const { t } = useTranslation();
  const triggers = useMemo(() => triggersOf(workflow.document), [workflow.document]);
  const manual = triggers.find((node) => node.node_type === "trigger.manual") ?? triggers[0];
  const [node, setNode] = useState(manual?.id ?? "");
  const storageKey = `st.input.${workflow.id}`;
  const [text, setText] = useState(() => read(storageKey) ?? "{}");
  const pinned = dry && text.trim() === "";
  const fault = pinned ? undefined : syntaxFault(text);
  const run = useMutation({
    mutationFn: () => {
      if (fault) throw new ApiError(422, "run.input_not_json", t("workflow.inputNotJson"), fault.message);
      const input = pinned ? {} : { input: JSON.parse(text) as unknown };
      return unwrap(
        api.POST("/api/v1/workflows/{id}/runs", {
          params: { path: { id: workflow.id }, header: { "Idempotency-Key": idempotencyKey() } },
          body: { node: node || undefined, version, dry, ...input },
        }),
      );
    },
    onSuccess: ({ id }) => {
      write(storageKey, text === "{}" ? null : text);
      onStarted(id);
    },
    meta: { quiet: true },
  });
  return { triggers, node, setNode, text, setText, fault, dry, run };
}

export type Start = ReturnType<typeof useStart>;
