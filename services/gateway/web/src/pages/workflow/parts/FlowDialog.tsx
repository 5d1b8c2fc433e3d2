import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import {
  fieldAt,
  readFlow,
  textsOfFlow,
  type FlowFault,
  type FlowField,
  type FlowTexts,
} from "../../../domain/flow";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { ProblemNote } from "../../../ui/States";
import { FlowFields } from "./FlowFields";
import type { PartDialogProps } from "./NodePart";
import { useNodePart } from "./useNodePart";

/** How many runs a trigger starts, and when. */
export function FlowDialog({ text, index, node, onSet, onClose }: PartDialogProps) {
  const { t } = useTranslation();
  const [texts, setTexts] = useState<FlowTexts>(() => textsOfFlow(node.config?.flow));
  const [faults, setFaults] = useState<Partial<Record<FlowField, FlowFault>>>({});
  const part = useNodePart({ text, index, name: "flow", onSet });
  const errorAt = (field: FlowField) => {
    const fault = faults[field];
    return fault ? t(`form.fault.${fault}`) : part.faults.find((one) => fieldAt(one.pointer) === field)?.text;
  };
  const elsewhere = part.faults.filter(({ pointer }) => fieldAt(pointer) === undefined);
  return (
    <Dialog
      title={t("parts.flow.title", { node: node.id })}
      isOpen
      onClose={onClose}
      wide
      footer={
        <>
          <Button onPress={() => part.set(null)}>{t("parts.remove")}</Button>
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          <Button kind="primary" type="submit" form="flow" isPending={part.checking}>
            {t("parts.set")}
          </Button>
        </>
      }
    >
      <Form
        id="flow"
        validationBehavior="aria"
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          const reading = readFlow(texts);
          if ("faults" in reading) return setFaults(reading.faults);
          part.set(reading.flow);
        }}
      >
        <p className="text-ink-2">{t("parts.flow.lead")}</p>
        <ProblemNote error={part.error} />
        {elsewhere.map((fault) => (
          <p key={fault.text} role="alert" className="bg-bad-soft text-bad rounded-lg px-3 py-2">
            {fault.text}
          </p>
        ))}
        <FlowFields
          texts={texts}
          errorAt={errorAt}
          onChange={(field, value) => {
            setTexts({ ...texts, [field]: value });
            setFaults({});
            part.forget();
          }}
        />
      </Form>
    </Dialog>
  );
}
