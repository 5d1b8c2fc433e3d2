import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { FlowField, FlowTexts } from "../../../domain/flow";
import { SelectInput, TextInput } from "../../../ui/Field";

interface FlowFieldsProps {
  texts: FlowTexts;
  errorAt: (field: FlowField) => string | undefined;
  onChange: (field: FlowField, value: string) => void;
}

const singletons = ["", "skip", "replace"] as const;

/** The fields of a flow control, by the question that each answers. */
export function FlowFields({ texts, errorAt, onChange }: FlowFieldsProps) {
  const { t } = useTranslation();
  const field = (name: Exclude<FlowField, "singleton">) => (
    <TextInput
      label={t(`parts.flow.field.${name}`)}
      value={texts[name]}
      onChange={(value) => onChange(name, value)}
      error={errorAt(name)}
      mono={name === "key" || name === "priority"}
      inputMode={name === "key" || name === "priority" ? undefined : "numeric"}
      autoComplete="off"
    />
  );
  return (
    <>
      <Group title={t("parts.flow.atOnce")} text={t("parts.flow.atOnceText")}>
        {field("concurrency")}
        <SelectInput
          label={t("parts.flow.field.singleton")}
          error={errorAt("singleton")}
          value={texts.singleton}
          onChange={(value) => onChange("singleton", value)}
          options={singletons.map((id) => ({ id, name: t(`parts.flow.singleton.${id || "none"}`) }))}
        />
      </Group>
      <Group title={t("parts.flow.throttle")} text={t("parts.flow.throttleText")}>
        {field("throttleCount")}
        {field("throttleSeconds")}
      </Group>
      <Group title={t("parts.flow.debounce")} text={t("parts.flow.debounceText")}>
        {field("debounceSeconds")}
        {field("debounceLongest")}
      </Group>
      <Group title={t("parts.flow.batch")} text={t("parts.flow.batchText")}>
        {field("batchSize")}
        {field("batchSeconds")}
      </Group>
      <Group title={t("parts.flow.together")} text={t("parts.flow.togetherText")}>
        {field("key")}
        {field("priority")}
      </Group>
    </>
  );
}

function Group({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <fieldset className="min-w-0">
      <legend className="font-medium">{title}</legend>
      <p className="text-ink-2 mb-2 text-sm">{text}</p>
      <div className="grid gap-3 sm:grid-cols-2">{children}</div>
    </fieldset>
  );
}
