import { useMemo } from "react";
import { Form } from "react-aria-components";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { nodeTypesQuery } from "../../../app/queries";
import { defaultsOf, formOfSchema } from "../../../domain/form";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { ProblemNote } from "../../../ui/States";
import { useValueDraft } from "../../../ui/useValueDraft";
import { ValueForm } from "../../../ui/ValueForm";
import type { PartDialogProps } from "./NodePart";
import { useNodePart } from "./useNodePart";

const name = "across_runs";

/** Whether a node knows what earlier runs have seen, and for how long. */
export function MemoryDialog({ text, index, node, onSet, onClose }: PartDialogProps) {
  const { t } = useTranslation();
  const { data: types } = useQuery(nodeTypesQuery);
  const config = types?.find((one) => one.node_type === node.node_type)?.config_schema;
  const [form, start] = useMemo(() => {
    const schema = (config as { properties: Record<string, unknown> } | undefined)?.properties[name];
    return [
      formOfSchema(schema),
      { ...(defaultsOf(schema) as object | undefined), ...own(node.config?.[name]) },
    ];
  }, [config, node.config]);
  const draft = useValueDraft(form, start);
  const part = useNodePart({ text, index, name, onSet });
  return (
    <Dialog
      title={t("parts.across_runs.title", { node: node.id })}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={() => part.set(null)}>{t("parts.across_runs.forget")}</Button>
          <Button kind="primary" type="submit" form="memory" isPending={part.checking}>
            {t("parts.set")}
          </Button>
        </>
      }
    >
      <Form
        id="memory"
        validationBehavior="aria"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const written = draft.read();
          if (written) part.set(written.value);
        }}
      >
        <p className="text-ink-2">{t("parts.across_runs.lead")}</p>
        <ProblemNote error={part.error} />
        <ValueForm
          form={form}
          texts={draft.texts}
          onChange={(texts) => {
            draft.setTexts(texts);
            part.forget();
          }}
          faults={draft.faults}
          refusal={(field) => part.faults.find(({ pointer }) => pointer === `/${field.name}`)?.text}
          label={t("parts.across_runs.title", { node: node.id })}
        />
      </Form>
    </Dialog>
  );
}

function own(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
