import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../../api/problem";
import type { WorkflowNode } from "../../../api/types";
import { accountsQuery, workflowsQuery } from "../../../app/queries";
import { hasProperty } from "../../../domain/canvas/nodeFields";
import type { NodeTypeFacts } from "../../../domain/nodeTypes";
import { itemsOf } from "../../../ui/listItems";
import { ValueEditor } from "../../../ui/ValueEditor";
import type { Problem } from "../useProblems";
import { useLiveValue } from "./useLiveValue";

interface ConfigSectionProps {
  node: WorkflowNode;
  index: number;
  type: NodeTypeFacts;
  problems: readonly Problem[];
  onChange: (config: Record<string, unknown>) => void;
}

/** The parameters of a node. */
export function ConfigSection({ node, index, type, problems, onChange }: ConfigSectionProps) {
  const { t } = useTranslation();
  const choices = useChoices(type.config_schema);
  const draft = useLiveValue(type.config_schema, node.config ?? {}, onChange, choices);
  const error = useMemo(() => asRefusal(problems, `/nodes/${index}/config`), [problems, index]);
  if (draft.form?.fields.length === 0) return null;
  return <ValueEditor draft={draft} label={t("canvas.panel.config", { node: node.id })} error={error} />;
}

/** Accounts and workflows by their names instead of their ids. */
function useChoices(schema: unknown) {
  const asksAccount = hasProperty(schema, "account_id");
  const asksWorkflow = hasProperty(schema, "workflow_id");
  const accounts = useQuery({ ...accountsQuery, enabled: asksAccount }).data;
  const workflows = useInfiniteQuery({ ...workflowsQuery, enabled: asksWorkflow }).data;
  return useMemo(
    () => ({
      ...(asksAccount &&
        accounts && { account_id: accounts.items.map(({ id, name }) => ({ value: id, name })) }),
      ...(asksWorkflow &&
        workflows && { workflow_id: itemsOf(workflows).map(({ id, name }) => ({ value: id, name })) }),
    }),
    [asksAccount, asksWorkflow, accounts, workflows],
  );
}

function asRefusal(problems: readonly Problem[], root: string): ApiError {
  const items = problems.flatMap((problem) => {
    const name = fieldOf(problem, root);
    return name === undefined ? [] : [{ pointer: `/value/${name}`, code: "", message: problem.message }];
  });
  return new ApiError(422, "workflow.invalid", "", undefined, items);
}

/** The parameter that a problem is about. What is missing is said of all of them, and names the one in quotes. */
export function fieldOf({ pointer, message }: Problem, root: string): string | undefined {
  if (pointer !== root && !pointer.startsWith(`${root}/`)) return undefined;
  const [, field] = pointer.slice(root.length).split("/");
  return field ?? /^"([^"]+)" is a required property/.exec(message)?.[1];
}
