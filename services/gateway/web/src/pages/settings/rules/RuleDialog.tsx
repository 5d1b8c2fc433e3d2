import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { ApprovalRule } from "../../../api/types";
import { nodeTypesQuery } from "../../../app/queries";
import {
  isAtField,
  readRule,
  refusalAt,
  ruleEffects,
  textsOfRule,
  withRule,
  type RuleFault,
  type RuleField,
  type RuleTexts,
} from "../../../domain/approvalRules";
import { Button } from "../../../ui/Button";
import { Checks } from "../../../ui/Checks";
import { Dialog } from "../../../ui/Dialog";
import { SwitchInput, TextInput } from "../../../ui/Field";
import { ProblemNote } from "../../../ui/States";
import { useSaveRules } from "./useSaveRules";

interface RuleDialogProps {
  rules: ApprovalRule[];
  /** Of the rule that is changed; behind the last, a new one. */
  place: number;
  onClose: () => void;
}

/** One rule in fields; what the server refuses is said at the field. */
export function RuleDialog({ rules, place, onClose }: RuleDialogProps) {
  const { t } = useTranslation();
  const [texts, setTexts] = useState(() => textsOfRule(rules[place]));
  const [faults, setFaults] = useState<Partial<Record<RuleField, RuleFault>>>({});
  const save = useSaveRules(onClose);
  const change = (part: Partial<RuleTexts>) => {
    setTexts({ ...texts, ...part });
    setFaults({});
    save.reset();
  };
  const error = (field: RuleField) => {
    const fault = faults[field];
    return fault ? t(`rules.fault.${fault}`) : refusalAt(save.error, place, field);
  };
  return (
    <Dialog
      title={place < rules.length ? t("rules.editNamed", { number: place + 1 }) : t("rules.new")}
      isOpen
      onClose={onClose}
      wide
      footer={
        <>
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          <Button kind="primary" type="submit" form="approval-rule" isPending={save.isPending}>
            {t("rules.save")}
          </Button>
        </>
      }
    >
      <Form
        id="approval-rule"
        validationBehavior="aria"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const reading = readRule(texts);
          if ("faults" in reading) return setFaults(reading.faults);
          save.mutate(withRule(rules, place, reading.rule));
        }}
      >
        {!isAtField(save.error, place) && <ProblemNote error={save.error} />}
        <div className="grid gap-4 sm:grid-cols-2">
          <Checks
            label={t("rules.effects")}
            error={error("effects")}
            chosen={texts.effects}
            onChange={(effects) => change({ effects })}
            options={ruleEffects.map((id) => ({ id, name: t(`effect.${id}`) }))}
          />
          <Operations
            texts={texts}
            error={error("operations")}
            onChange={(operations) => change({ operations })}
          />
        </div>
        <TextInput
          label={t("rules.when")}
          hint={t("rules.whenHint")}
          placeholder="{{ input.body.total > 100 }}"
          mono
          error={error("when")}
          value={texts.when}
          onChange={(when) => change({ when })}
        />
        <TextInput
          label={t("rules.sure")}
          hint={t("rules.sureHint")}
          inputMode="decimal"
          error={error("sure")}
          value={texts.sure}
          onChange={(sure) => change({ sure })}
        />
        <TextInput
          label={t("rules.approvers")}
          hint={t("rules.approversHint")}
          rows={2}
          mono
          error={error("approvers")}
          value={texts.approvers}
          onChange={(approvers) => change({ approvers })}
        />
        <SwitchInput label={t("rules.own")} isSelected={texts.own} onChange={(own) => change({ own })} />
        <TextInput
          label={t("rules.text")}
          hint={t("rules.textHint")}
          rows={3}
          error={error("text")}
          value={texts.text}
          onChange={(text) => change({ text })}
        />
      </Form>
    </Dialog>
  );
}

interface OperationsProps {
  texts: RuleTexts;
  error?: string;
  onChange: (operations: string[]) => void;
}

/** The operations that node types ask for; those of a rule that are unknown by now can still be taken out. */
function Operations({ texts, error, onChange }: OperationsProps) {
  const { t } = useTranslation();
  const { data: types } = useQuery(nodeTypesQuery);
  const known = (types ?? []).flatMap(({ operation: one }) =>
    one ? [`${one.protocol}.${one.operation}`] : [],
  );
  const all = [...new Set([...known, ...texts.operations])];
  return (
    <Checks
      label={t("rules.operations")}
      hint={t("rules.operationsHint")}
      error={error}
      chosen={texts.operations}
      onChange={onChange}
      options={all.map((id) => ({ id, name: id }))}
    />
  );
}
