import { useQuery } from "@tanstack/react-query";
import { Gauge, History } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowNode } from "../../../api/types";
import { nodeTypesQuery } from "../../../app/queries";
import { parseDocument } from "../../../domain/document";
import { IconButton } from "../../../ui/IconButton";
import { FlowDialog } from "./FlowDialog";
import { MemoryDialog } from "./MemoryDialog";

interface NodePartProps {
  text: string;
  /** Which node of the document. */
  index: number;
  node: WorkflowNode;
  onChange: (text: string) => void;
}

const parts = [
  { name: "flow", icon: Gauge, Dialog: FlowDialog },
  { name: "across_runs", icon: History, Dialog: MemoryDialog },
] as const;

/** Beside a node whose type has it: the flow control of a trigger, or what a node knows of earlier runs. */
export function NodePart({ text, index, node, onChange }: NodePartProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { data: types } = useQuery(nodeTypesQuery);
  const schema = types?.find((one) => one.node_type === node.node_type)?.config_schema;
  const part = parts.find(({ name }) => hasProperty(schema, name));
  if (!part) return null;
  const { name, icon: Icon, Dialog } = part;
  const isSet = node.config?.[name] != null;
  return (
    <>
      <IconButton
        small
        label={t(isSet ? `parts.${name}.isSet` : `parts.${name}.open`, { node: node.id })}
        isDisabled={parseDocument(text) === undefined}
        onPress={() => setOpen(true)}
      >
        <Icon aria-hidden size={15} className={isSet ? "text-accent" : "text-ink-3"} />
      </IconButton>
      {open && (
        <Dialog
          text={text}
          index={index}
          node={node}
          onClose={() => setOpen(false)}
          onSet={(changed) => {
            onChange(changed);
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

function hasProperty(schema: unknown, name: string): boolean {
  if (typeof schema !== "object" || schema === null || !("properties" in schema)) return false;
  return typeof schema.properties === "object" && schema.properties !== null && name in schema.properties;
}

export interface PartDialogProps {
  text: string;
  index: number;
  node: WorkflowNode;
  onSet: (text: string) => void;
  onClose: () => void;
}
