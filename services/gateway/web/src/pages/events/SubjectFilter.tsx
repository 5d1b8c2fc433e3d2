import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { patternFault } from "../../domain/subject";
import { Button } from "../../ui/Button";
import { inputClass } from "../../ui/Field";

const presets = [
  ">",
  "integration.>",
  "workflow.>",
  "run.>",
  "effect.>",
  "llm.>",
  "conversation.>",
  "dead_letter.>",
];

interface SubjectFilterProps {
  pattern: string;
  onChange: (pattern: string) => void;
}

/** A NATS subject pattern: typed, or one of the usual ones. */
export function SubjectFilter({ pattern, onChange }: SubjectFilterProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(pattern);
  const fault = patternFault(text);
  return (
    <Form
      className="flex flex-wrap items-center gap-2 px-4 pb-3 sm:px-6"
      onSubmit={(event) => {
        event.preventDefault();
        if (!fault) onChange(text);
      }}
    >
      <input
        aria-label={t("events.subject")}
        aria-invalid={fault !== undefined}
        aria-describedby="subject-fault"
        value={text}
        spellCheck={false}
        onChange={(event) => setText(event.target.value.trim())}
        className={`${inputClass} h-8 max-w-xs min-w-48 flex-1 font-mono text-sm`}
      />
      <Button type="submit" isDisabled={fault !== undefined || text === pattern}>
        {t("events.apply")}
      </Button>
      <span className="flex gap-1 overflow-x-auto">
        {presets.map((preset) => (
          <button
            key={preset}
            type="button"
            aria-pressed={preset === pattern}
            onClick={() => onChange(preset)}
            className="text-ink-2 hover:bg-hover aria-pressed:bg-accent-soft aria-pressed:text-accent focus-inset h-7 shrink-0 rounded-full px-2.5 font-mono text-xs"
          >
            {preset}
          </button>
        ))}
      </span>
      <p id="subject-fault" role="status" className="text-bad w-full text-sm empty:hidden">
        {fault && t(`events.fault.${fault}`)}
      </p>
    </Form>
  );
}
