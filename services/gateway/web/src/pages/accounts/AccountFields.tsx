import { useTranslation } from "react-i18next";
import type { ApiError } from "../../api/problem";
import { visibleFields, type AccountField, type Adapter, type Values } from "../../domain/accounts";
import { SelectInput, TextInput } from "../../ui/Field";

interface AccountFieldsProps {
  adapter: Adapter;
  values: Values;
  onChange: (values: Values) => void;
  error: ApiError | null;
  /** Credentials are stored already: an empty field keeps them. */
  stored?: boolean;
}

export function AccountFields({ adapter, values, onChange, error, stored }: AccountFieldsProps) {
  return visibleFields(adapter, values).map((field) => (
    <FieldInput
      key={field.name}
      adapter={adapter}
      field={field}
      value={values[field.name] ?? ""}
      onChange={(value) => onChange({ ...values, [field.name]: value })}
      error={error?.at(`/${field.part}/${field.name}`)}
      stored={stored && field.part === "credentials"}
    />
  ));
}

interface FieldInputProps {
  adapter: Adapter;
  field: AccountField;
  value: string;
  onChange: (value: string) => void;
  error?: string;
  stored?: boolean;
}

function FieldInput({ adapter, field, value, onChange, error, stored }: FieldInputProps) {
  const { t } = useTranslation();
  const text = useFieldText(adapter, field);
  if (field.kind === "choice") {
    return (
      <SelectInput
        label={text.label}
        error={error}
        value={value}
        onChange={onChange}
        options={(field.choices ?? []).map((id) => ({ id, name: text.choice(id) }))}
      />
    );
  }
  return (
    <TextInput
      label={field.optional ? t("accounts.optional", { label: text.label }) : text.label}
      hint={stored ? t("accounts.keepsStored") : text.hint}
      error={error}
      value={value}
      onChange={onChange}
      isRequired={!field.optional && !stored}
      type={field.kind === "password" ? "password" : "text"}
      inputMode={field.kind === "number" ? "numeric" : undefined}
      autoComplete={field.kind === "password" ? "new-password" : "off"}
      placeholder={stored ? "••••••••" : field.placeholder}
    />
  );
}

/** A field's words: those of its adapter where there are some, else those of its name. */
function useFieldText(adapter: Adapter, field: AccountField) {
  const { t, i18n } = useTranslation();
  const first = (...keys: string[]): string | undefined => {
    const key = keys.find((one) => i18n.exists(one));
    return key === undefined ? undefined : t(key as "accounts.field.host.label");
  };
  const at = (part: string) =>
    first(`accounts.field.${adapter}_${field.name}.${part}`, `accounts.field.${field.name}.${part}`);
  return {
    label: at("label") ?? field.name,
    hint: at("hint"),
    choice: (id: string) => first(`accounts.choice.${field.name}.${id}`) ?? id,
  };
}
