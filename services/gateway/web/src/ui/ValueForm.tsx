import { useTranslation } from "react-i18next";
import type { FieldFault, Form, FormField, Texts } from "../domain/form";
import { SelectInput, SwitchInput, TextInput } from "./Field";

interface ValueFormProps {
  form: Form;
  texts: Texts;
  onChange: (texts: Texts) => void;
  /** What this page finds wrong, by field. */
  faults: Readonly<Record<string, FieldFault>>;
  /** What the server says is wrong with a field. */
  refusal?: (field: FormField) => string | undefined;
  /** The name of a field that is the whole value. */
  label: string;
}

/** The fields of a value that a person writes. */
export function ValueForm({ form, texts, onChange, faults, refusal, label }: ValueFormProps) {
  const { t } = useTranslation();
  return form.fields.map((field) => {
    const fault = faults[field.name];
    return (
      <ValueField
        key={field.name}
        field={form.whole ? { ...field, label } : field}
        text={texts[field.name] ?? ""}
        onChange={(text) => onChange({ ...texts, [field.name]: text })}
        error={fault ? t(`form.fault.${fault}`) : refusal?.(field)}
      />
    );
  });
}

interface ValueFieldProps {
  field: FormField;
  text: string;
  onChange: (text: string) => void;
  error?: string;
}

function ValueField({ field, text, onChange, error }: ValueFieldProps) {
  const { t } = useTranslation();
  const { kind, label, hint, required } = field;
  if (kind === "yes") {
    return (
      <div className="flex flex-col gap-1">
        <SwitchInput label={label} isSelected={text === "true"} onChange={(on) => onChange(String(on))} />
        {hint && !error && <p className="text-ink-3 text-sm">{hint}</p>}
        {error && <p className="text-bad text-sm">{error}</p>}
      </div>
    );
  }
  if (kind === "choice") {
    const none = { id: "", name: t("form.choose") };
    const options = field.choices.map(({ id, name }) => ({ id, name }));
    return (
      <SelectInput
        label={label}
        hint={hint}
        error={error}
        value={text}
        onChange={onChange}
        options={[none, ...options]}
      />
    );
  }
  const lines = kind === "long" || kind === "json" ? 5 : kind === "list" ? 3 : undefined;
  const hints = [hint, kind === "json" && t("form.isJson"), kind === "list" && t("form.isList")];
  return (
    <TextInput
      label={label}
      hint={hints.filter(Boolean).join(" ") || undefined}
      error={error}
      value={text}
      onChange={onChange}
      rows={lines}
      mono={kind === "json"}
      isRequired={required}
      validationBehavior="aria"
      inputMode={kind === "integer" ? "numeric" : kind === "number" ? "decimal" : undefined}
      autoComplete="off"
    />
  );
}
