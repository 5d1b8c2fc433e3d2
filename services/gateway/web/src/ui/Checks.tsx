import { Check } from "lucide-react";
import { Checkbox, CheckboxGroup, FieldError, Label, Text } from "react-aria-components";

interface ChecksProps<T extends string> {
  label: string;
  hint?: string;
  error?: string;
  chosen: readonly T[];
  onChange: (chosen: T[]) => void;
  options: readonly { id: T; name: string }[];
}

/** Any of a few things; what is chosen stays in the order of the options. */
export function Checks<T extends string>({ label, hint, error, chosen, onChange, options }: ChecksProps<T>) {
  return (
    <CheckboxGroup
      value={[...chosen]}
      onChange={(values) => onChange(options.map(({ id }) => id).filter((id) => values.includes(id)))}
      isInvalid={error !== undefined}
      className="flex flex-col gap-1"
    >
      <Label className="text-sm font-medium">{label}</Label>
      {options.map(({ id, name }) => (
        <Checkbox key={id} value={id} className="group flex items-center gap-2 rounded py-1">
          <span className="border-line-strong group-data-selected:border-accent group-data-selected:bg-accent text-on-accent grid size-4.5 place-items-center rounded border">
            <Check aria-hidden size={13} strokeWidth={3} className="invisible group-data-selected:visible" />
          </span>
          {name}
        </Checkbox>
      ))}
      {hint && !error && (
        <Text slot="description" className="text-ink-3 text-sm">
          {hint}
        </Text>
      )}
      <FieldError className="text-bad text-sm">{error}</FieldError>
    </CheckboxGroup>
  );
}
