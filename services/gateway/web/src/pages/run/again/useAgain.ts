import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, idempotencyKey, unwrap } from "../../../api/client";
import { ApiError } from "../../../api/problem";
import { nodeTypesQuery, runQuery, versionQuery, versionsQuery } from "../../../app/queries";
import { cutAt, inputFor, sentBy } from "../../../domain/fork";
import { syntaxFault } from "../../../domain/pointer";
import type { RunState } from "../../../domain/run";
import { inputsOf } from "../../../domain/runInputs";
import { itemsOf } from "../../../ui/listItems";

/** A run to be: from which node of which version, with what, and whether it acts. */
export function useAgain(runId: string, run: RunState, start: string | undefined) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [at, setAt] = useState(start);
  const [chosen, setChosen] = useState<number>();
  const [dry, setDry] = useState(false);
  const [text, setText] = useState<string | null>(null);
  const { data: facts } = useQuery(runQuery(runId));
  const workflowId = facts?.workflow_id ?? "";
  const known = facts !== undefined;
  const versions = itemsOf(useInfiniteQuery({ ...versionsQuery(workflowId), enabled: known }).data);
  const version = chosen ?? facts?.version ?? 0;
  const enabled = known && version > 0;
  const ran = useQuery({ ...versionQuery(workflowId, facts?.version ?? 0), enabled }).data?.document;
  const document = useQuery({ ...versionQuery(workflowId, version), enabled }).data?.document;
  const { data: types } = useQuery(nodeTypesQuery);
  const forecast = useMemo(() => {
    if (!document || !types) return undefined;
    const cut = cutAt(document, run, at);
    return { ...cut, sent: sentBy(cut.again, types) };
  }, [document, types, run, at]);
  const recorded = useMemo(() => {
    if (at === undefined) return run.input;
    const node = run.nodes.get(at);
    return ran && node ? inputFor(inputsOf(ran, run, node)) : undefined;
  }, [ran, run, at]);
  const send = useMutation({
    mutationFn: () => {
      const fault = text === null ? undefined : syntaxFault(text);
      if (fault) throw new ApiError(422, "run.input_not_json", t("workflow.inputNotJson"), fault.message);
      const input = text === null ? {} : { input: JSON.parse(text) as unknown };
      return unwrap(
        api.POST("/api/v1/runs/{id}/fork", {
          params: { path: { id: runId }, header: { "Idempotency-Key": idempotencyKey() } },
          body: { at, version, dry, ...input },
        }),
      );
    },
    onSuccess: ({ id }) => void navigate({ to: "/runs/$runId", params: { runId: id } }),
    meta: { quiet: true },
  });
  return {
    facts,
    versions,
    version,
    chooseVersion: setChosen,
    at,
    setAt: (node: string | undefined) => {
      setAt(node);
      setText(null);
    },
    dry,
    setDry,
    /** The other input; null when the recorded one enters. */
    text,
    setText,
    ownInput: (on: boolean) => setText(on ? JSON.stringify(recorded ?? {}, null, 2) : null),
    forecast,
    send,
  };
}

export type AgainDraft = ReturnType<typeof useAgain>;
