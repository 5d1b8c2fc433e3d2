import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowNode } from "../../../api/types";
import { allowable, declaredNames, withDeclared } from "../../../domain/canvas/nodeParts";
import { portsOf } from "../../../domain/canvas/ports";
import type { NodeTypeFacts } from "../../../domain/nodeTypes";
import { ValueForm } from "../../../ui/ValueForm";
import { useLiveValue } from "./useLiveValue";

interface MoreProps {
  node: WorkflowNode;
  type: NodeTypeFacts;
  onChange: (change: (node: WorkflowNode) => WorkflowNode) => void;
}

/** What a node says beside its parameters: its own ports, when it gives up, whom it may reach unasked, what it puts out when tried. */
export function MoreSections({ node, type, onChange }: MoreProps) {
  const { t } = useTranslation();
  const { outputs } = portsOf(node, type);
  const schemas = useSchemas(node, type);
  const set = (part: Partial<WorkflowNode>) => onChange((now) => withoutNothing({ ...now, ...part }));
  return (
    <>
      {(type.declares_inputs || type.declares_outputs) && (
        <Section title={t("canvas.panel.ports")} open>
          <Fields
            schema={schemas.ports}
            value={declaredNames(node, type)}
            onChange={(names) => onChange((now) => withDeclared(now, type, names))}
            label={t("canvas.panel.ports")}
          />
        </Section>
      )}
      <Section title={t("canvas.panel.failures")} open={node.retry != null || node.timeout_seconds != null}>
        <Fields
          schema={schemas.time}
          value={node.timeout_seconds == null ? {} : { timeout_seconds: node.timeout_seconds }}
          onChange={(value) =>
            set(value.timeout_seconds === undefined ? { timeout_seconds: undefined } : value)
          }
          label={t("canvas.panel.failures")}
        />
        {type.operation && (
          <Fields
            schema={schemas.retry}
            value={{ ...node.retry }}
            onChange={(value) => set({ retry: value.tries === undefined ? undefined : (value as never) })}
            label={t("canvas.panel.failures")}
          />
        )}
      </Section>
      {type.operation && allowable(type, node).length > 0 && (
        <Section title={t("canvas.panel.allow")} open={node.allow !== undefined}>
          <p className="text-ink-2 text-sm">{t("canvas.panel.allowText")}</p>
          <Fields
            schema={schemas.allow}
            value={node.allow ?? {}}
            onChange={(value) =>
              set({ allow: Object.keys(value).length === 0 ? undefined : (value as never) })
            }
            label={t("canvas.panel.allow")}
          />
        </Section>
      )}
      {outputs.length > 0 && (
        <Section title={t("canvas.panel.pinned")} open={node.pinned !== undefined}>
          <p className="text-ink-2 text-sm">{t("canvas.panel.pinnedText")}</p>
          <Fields
            schema={schemas.pinned}
            value={node.pinned ?? {}}
            onChange={(value) => set({ pinned: Object.keys(value).length === 0 ? undefined : value })}
            label={t("canvas.panel.pinned")}
          />
        </Section>
      )}
    </>
  );
}

/** Forms come from schemas; these are not the server's, so that their words are in the person's language. */
function useSchemas(node: WorkflowNode, type: NodeTypeFacts) {
  const { t } = useTranslation();
  const outputs = portsOf(node, type)
    .outputs.map(({ name }) => name)
    .join();
  const allowed = allowable(type, node).join();
  return useMemo(() => {
    const list = (title?: string) => ({ type: "array", items: { type: "string" }, title });
    const whole = (title: string) => ({ type: "integer", title });
    const by = (names: string, schema: unknown) =>
      Object.fromEntries(names.split(",").map((name) => [name, schema]));
    return {
      ports: {
        properties: {
          ...(type.declares_inputs && { inputs: list(t("canvas.panel.inputs")) }),
          ...(type.declares_outputs && { outputs: list(t("canvas.panel.outputs")) }),
        },
      },
      time: { properties: { timeout_seconds: whole(t("canvas.panel.timeout")) } },
      retry: {
        properties: {
          tries: { ...whole(t("canvas.panel.tries")), description: t("canvas.panel.triesText") },
          pause_seconds: whole(t("canvas.panel.pause")),
          longest_pause_seconds: whole(t("canvas.panel.longestPause")),
          on: { ...list(t("canvas.panel.retryOn")), description: t("canvas.panel.retryOnText") },
        },
      },
      allow: { properties: by(allowed, list()) },
      pinned: { properties: by(outputs, {}) },
    };
  }, [type, outputs, allowed, t]);
}

/** The document says nothing where nothing is said. */
function withoutNothing(node: WorkflowNode): WorkflowNode {
  return Object.fromEntries(Object.entries(node).filter(([, value]) => value !== undefined)) as WorkflowNode;
}

interface FieldsProps {
  schema: unknown;
  value: Record<string, unknown>;
  onChange: (value: Record<string, unknown>) => void;
  label: string;
}

function Fields({ schema, value, onChange, label }: FieldsProps) {
  const draft = useLiveValue(schema, value, onChange);
  if (!draft.form) return null;
  return (
    <ValueForm
      form={draft.form}
      texts={draft.texts}
      onChange={draft.setTexts}
      faults={draft.faults}
      label={label}
    />
  );
}

function Section({ title, open, children }: { title: string; open: boolean; children: ReactNode }) {
  return (
    <details open={open} className="border-line border-t pt-3">
      <summary className="focus-inset rounded font-medium">{title}</summary>
      <div className="flex flex-col gap-3 pt-3">{children}</div>
    </details>
  );
}
