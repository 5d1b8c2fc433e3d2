import { CircleX, ExternalLink, Trash2, TriangleAlert, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowDocument, WorkflowNode } from "../../../api/types";
import type { PanelGiven } from "../../../canvas/CanvasEditor";
import { changeNode, remove } from "../../../domain/canvas/nodes";
import { hasProperty } from "../../../domain/canvas/nodeFields";
import { renameNode } from "../../../domain/canvas/rename";
import type { NodeTypeFacts, TypesByName } from "../../../domain/nodeTypes";
import { Button, LinkButton } from "../../../ui/Button";
import { IconButton } from "../../../ui/IconButton";
import { NodeIcon } from "../../../ui/NodeIcon";
import { NodeApproval } from "../NodeApproval";
import { NodePart } from "../parts/NodePart";
import type { Draft } from "../useDraft";
import type { Problem } from "../useProblems";
import { ConfigSection, fieldOf } from "./ConfigSection";
import { IdField } from "./IdField";
import { MoreSections } from "./MoreSections";

interface NodePanelProps extends PanelGiven {
  draft: Draft;
  document: WorkflowDocument;
  types: TypesByName;
  problems: readonly Problem[];
}

/** All that can be said of one node. Every change is in the draft at once, and can be taken back. */
export function NodePanel({ draft, document, types, problems, ...given }: NodePanelProps) {
  const { id, focus, onFocused, close, leave, renamed } = given;
  const { t } = useTranslation();
  const first = useRef<HTMLDivElement>(null);
  const index = document.nodes.findIndex((node) => node.id === id);
  const node = document.nodes[index];
  useEffect(() => {
    if (!focus) return;
    first.current?.querySelector("input")?.focus();
    onFocused();
  }, [focus, onFocused]);
  if (!node) return null;
  const type = types.get(node.node_type);
  const own = problems.filter((problem) => problem.node === id || isAt(problem, index));
  const change = (part: string) => (how: (node: WorkflowNode) => WorkflowNode) =>
    draft.edit((now) => changeNode(now, id, how), `${id}.${part}`);
  return (
    // Escape leads back to the canvas from any of its fields.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <aside
      aria-label={t("canvas.panel.name", { node: id })}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) leave();
      }}
      className="border-line bg-surface shadow-pop animate-fade absolute inset-y-0 right-0 z-20 flex w-full flex-col border-l sm:w-88"
    >
      <header className="border-line flex items-center gap-2.5 border-b py-2 pr-2 pl-4">
        <NodeIcon type={node.node_type} size={17} className="text-ink-2 shrink-0" />
        <h2 className="min-w-0 flex-1 truncate font-semibold">{type?.title ?? node.node_type}</h2>
        <NodePart text={draft.text} index={index} node={node} onChange={draft.setText} />
        <NodeApproval text={draft.text} index={index} node={node} onChange={draft.setText} />
        <IconButton small label={t("canvas.panel.close")} onPress={close}>
          <X aria-hidden size={16} />
        </IconButton>
      </header>
      <div key={id} className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-4 py-3">
        {type && <p className="text-ink-2 text-sm">{type.docs}</p>}
        <ProblemNotes problems={own.filter((one) => !isShown(one, index, type))} />
        <SubWorkflow node={node} />
        <IdField
          ref={first}
          document={document}
          id={id}
          onRename={(to) => {
            draft.edit((now) => renameNode(now, id, to));
            renamed(to);
          }}
        />
        {type && (
          <>
            <ConfigSection
              node={node}
              index={index}
              type={type}
              problems={own}
              onChange={(config) => change("config")((now) => ({ ...now, config }))}
            />
            <MoreSections node={node} type={type} onChange={change("more")} />
          </>
        )}
        <div className="border-line border-t pt-3">
          <Button
            kind="quiet"
            small
            onPress={() =>
              draft.edit((now) => remove(now, { nodes: new Set([id]), edges: new Set(), notes: new Set() }))
            }
          >
            <Trash2 aria-hidden size={14} />
            {t("canvas.panel.remove")}
          </Button>
        </div>
      </div>
    </aside>
  );
}

/** Said of the node by its place, where it is not said by its name. */
function isAt({ pointer, node }: Problem, index: number): boolean {
  const place = `/nodes/${index}`;
  return node === undefined && (pointer === place || pointer.startsWith(`${place}/`));
}

/** Said at a field already. */
function isShown(problem: Problem, index: number, type: NodeTypeFacts | undefined): boolean {
  const field = fieldOf(problem, `/nodes/${index}/config`);
  if (field === undefined || !hasProperty(type?.config_schema, field)) return false;
  // Of what is missing, the hint says no more than the form does.
  return !problem.hint || problem.message.includes("is a required property");
}

function ProblemNotes({ problems }: { problems: readonly Problem[] }) {
  const { t } = useTranslation();
  if (problems.length === 0) return null;
  return (
    <ul aria-label={t("workflow.problems")} className="flex flex-col gap-2">
      {problems.map(({ severity, message, hint }, index) => {
        const Icon = severity === "error" ? CircleX : TriangleAlert;
        return (
          <li
            key={index}
            className={`flex gap-2 rounded-lg px-3 py-2 text-sm ${severity === "error" ? "bg-bad-soft" : "bg-warn-soft"}`}
          >
            <Icon
              aria-label={t(`workflow.severity.${severity}`)}
              size={15}
              className={`mt-0.5 shrink-0 ${severity === "error" ? "text-bad" : "text-warn"}`}
            />
            <span className="min-w-0 break-words">
              {message} {hint && <span className="text-ink-2">{hint}</span>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function SubWorkflow({ node }: { node: WorkflowNode }) {
  const { t } = useTranslation();
  const workflowId = node.config?.workflow_id;
  if (typeof workflowId !== "string" || !/^[0-9A-Z]{26}$/.test(workflowId)) return null;
  return (
    <div>
      <LinkButton small to="/workflows/$workflowId" params={{ workflowId }}>
        <ExternalLink aria-hidden size={14} />
        {t("canvas.panel.openWorkflow")}
      </LinkButton>
    </div>
  );
}
