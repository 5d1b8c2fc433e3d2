import { useQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { useMemo, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowNode } from "../../api/types";
import { nodeTypesQuery } from "../../app/queries";
import { approvalMode, withApproval, type ApprovalMode } from "../../domain/approval";
import { parseDocument } from "../../domain/document";
import { defaultsOf, formOfSchema, readTexts, textsOf } from "../../domain/form";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { SelectInput } from "../../ui/Field";
import { IconButton } from "../../ui/IconButton";
import { useValueDraft } from "../../ui/useValueDraft";
import { ValueEditor } from "../../ui/ValueEditor";

interface NodeApprovalProps {
  text: string;
  /** Which node of the document. */
  index: number;
  node: WorkflowNode;
  onChange: (text: string) => void;
}

/** Beside a node that acts outside: whether people are asked before it does. */
export function NodeApproval({ text, index, node, onChange }: NodeApprovalProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { data: types } = useQuery(nodeTypesQuery);
  const acts = types?.find((one) => one.node_type === node.node_type)?.operation;
  const schema = types?.find((one) => one.node_type === "approval")?.config_schema;
  if (!acts || schema === undefined) return null;
  const asks = approvalMode(node) === "own";
  return (
    <>
      <IconButton
        small
        label={t(asks ? "workflow.approval.isSet" : "workflow.approval.open", { node: node.id })}
        isDisabled={parseDocument(text) === undefined}
        onPress={() => setOpen(true)}
      >
        <ShieldCheck aria-hidden size={15} className={asks ? "text-accent" : "text-ink-3"} />
      </IconButton>
      {open && (
        <ApprovalDialog
          node={node}
          schema={schema}
          onClose={() => setOpen(false)}
          onSet={(approval) => {
            onChange(withApproval(text, index, approval));
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

const modes = ["rules", "own", "never"] as const;

interface ApprovalDialogProps {
  node: WorkflowNode;
  /** Of the parameters of the node type `approval`. */
  schema: unknown;
  onSet: (approval: Record<string, unknown> | null) => void;
  onClose: () => void;
}

function ApprovalDialog({ node, schema, onSet, onClose }: ApprovalDialogProps) {
  const { t } = useTranslation();
  const [mode, setMode] = useState<ApprovalMode>(() => approvalMode(node));
  const { form, start } = useMemo(() => beginning(schema, node), [schema, node]);
  const draft = useValueDraft(form, start);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (mode === "rules") return onSet(null);
    if (mode === "never") return onSet({ when: false });
    const written = draft.read();
    if (written) onSet(written.value as Record<string, unknown>);
  };
  return (
    <Dialog
      title={t("workflow.approval.title", { node: node.id })}
      isOpen
      onClose={onClose}
      wide
      footer={
        <>
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          <Button kind="primary" type="submit" form="approval">
            {t("workflow.approval.set")}
          </Button>
        </>
      }
    >
      <form id="approval" noValidate onSubmit={submit} className="flex flex-col gap-4">
        <p className="text-ink-2">{t("workflow.approval.lead")}</p>
        <SelectInput
          label={t("workflow.approval.ask")}
          value={mode}
          onChange={(id) => setMode(modes.find((one) => one === id) ?? "rules")}
          options={modes.map((id) => ({ id, name: t(`workflow.approval.modes.${id}`) }))}
        />
        {mode === "own" && <ValueEditor draft={draft} label={t("workflow.approval.how")} error={null} />}
      </form>
    </Dialog>
  );
}

/** Fields where they can hold what the node says; an expression in the place of a number or a switch is edited as JSON. */
function beginning(schema: unknown, node: WorkflowNode) {
  const own = approvalMode(node) === "own" ? (node.approval ?? {}) : {};
  const form = formOfSchema(schema);
  const start = { ...(defaultsOf(schema) as Record<string, unknown> | undefined), ...own };
  const read = readTexts(form, textsOf(form, start), start);
  const kept = "value" in read && Object.entries(own).every(([name, value]) => same(read.value, name, value));
  return { form: kept ? form : undefined, start };
}

function same(read: unknown, name: string, value: unknown): boolean {
  const one = (read as Record<string, unknown>)[name];
  return JSON.stringify(one) === JSON.stringify(value);
}
