import { useEffect, useRef, useState, type ReactNode } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { ApiError } from "../../api/problem";
import { factFault, lengthOf, longestFact, type FactFault } from "../../domain/memory";
import { TextInput } from "../../ui/Field";
import { ProblemNote } from "../../ui/States";

interface FactFormProps {
  id: string;
  label: string;
  hint: string;
  text: string;
  onText: (text: string) => void;
  onSend: (text: string) => void;
  error: ApiError | null;
  autoFocus?: boolean;
  children?: ReactNode;
}

/** Where a fact is written; what is wrong with it is said at the field. */
export function FactForm({
  id,
  label,
  hint,
  text,
  onText,
  onSend,
  error,
  autoFocus,
  children,
}: FactFormProps) {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const [fault, setFault] = useState<FactFault>();
  const refusal = error?.code === "fact.known" ? t("memory.fault.known") : error?.at("/text");
  const wrong = fault ? t(`memory.fault.${fault}`, { most: longestFact, has: lengthOf(text) }) : refusal;
  const toField = () => form.current?.querySelector("textarea")?.focus();
  useEffect(() => {
    if (refusal !== undefined) toField();
  }, [refusal]);
  return (
    <Form
      id={id}
      ref={form}
      validationBehavior="aria"
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        const found = factFault(text);
        setFault(found);
        if (found) toField();
        else onSend(text.trim());
      }}
    >
      {!refusal && <ProblemNote error={error} />}
      <TextInput
        label={label}
        hint={hint}
        rows={2}
        autoFocus={autoFocus}
        value={text}
        onChange={(next) => {
          setFault(undefined);
          onText(next);
        }}
        error={wrong}
      />
      {children}
    </Form>
  );
}
