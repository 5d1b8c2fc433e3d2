import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { Template, WorkflowDocument } from "../../api/types";
import { accountsQuery } from "../../app/queries";
import { fillIn, valueAt } from "../../domain/document";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { SelectInput, TextInput } from "../../ui/Field";
import { ProblemNote } from "../../ui/States";

interface FillInProps {
  template: Template;
  pending: boolean;
  error: unknown;
  onCreate: (document: WorkflowDocument) => void;
  onClose: () => void;
}

type Parameter = Template["parameters"][number];

const formId = "fill-in";
/** What the choice "any account" has as its id: an option needs one. */
const any = "any";

/** Asks for what a template leaves open, before the workflow is made. */
export function FillInDialog({ template, pending, error, onCreate, onClose }: FillInProps) {
  const { t } = useTranslation();
  const [values, setValues] = useState(() =>
    Object.fromEntries(template.parameters.map(({ pointer }) => [pointer, usual(template, pointer)])),
  );
  const [tried, setTried] = useState(false);
  const lacks = ({ pointer, required }: Parameter) => required && !values[pointer]?.trim();
  return (
    <Dialog
      title={template.name}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          <Button kind="primary" type="submit" form={formId} isPending={pending}>
            {t("workflows.create")}
          </Button>
        </>
      }
    >
      <Form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!template.parameters.some(lacks)) onCreate(fillIn(template, values));
        }}
      >
        <p className="text-ink-2">{t("workflows.fillInLead")}</p>
        <ProblemNote error={error} />
        {template.parameters.map((parameter) => (
          <ParameterInput
            key={parameter.pointer}
            parameter={parameter}
            value={values[parameter.pointer] ?? ""}
            onChange={(value) => setValues({ ...values, [parameter.pointer]: value })}
            error={tried && lacks(parameter) ? t("workflows.required") : undefined}
          />
        ))}
      </Form>
    </Dialog>
  );
}

interface ParameterInputProps {
  parameter: Parameter;
  value: string;
  onChange: (value: string) => void;
  error?: string;
}

function ParameterInput({ parameter, value, onChange, error }: ParameterInputProps) {
  const { t } = useTranslation();
  const { account, required } = parameter;
  const label = required ? parameter.title : t("accounts.optional", { label: parameter.title });
  const { data } = useQuery({ ...accountsQuery, enabled: Boolean(account) });
  if (!account) return <TextInput label={label} value={value} onChange={onChange} error={error} />;
  const fitting = data?.items.filter((one) => one.adapter === account) ?? [];
  const options = fitting.map(({ id, name }) => ({ id, name }));
  return (
    <SelectInput
      label={label}
      hint={data && options.length === 0 && t("workflows.noAccount")}
      value={value || any}
      onChange={(id) => onChange(id === any ? "" : id)}
      options={required ? options : [{ id: any, name: t("workflows.anyAccount") }, ...options]}
      error={error}
    />
  );
}

/** What the template itself says at a place. */
function usual(template: Template, pointer: string): string {
  const value = valueAt(template.document, pointer);
  return typeof value === "string" ? value : "";
}
