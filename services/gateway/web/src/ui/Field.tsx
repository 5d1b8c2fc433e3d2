import { Check, ChevronDown } from "lucide-react";
import type { FormEvent, ReactNode } from "react";
import {
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Button as AriaButton,
  Popover,
  Select,
  SelectValue,
  Switch,
  Text,
  TextArea,
  TextField,
  type TextFieldProps,
} from "react-aria-components";
import { cx } from "./cx";

export const inputClass = cx(
  "border-line-strong bg-surface placeholder:text-ink-3 w-full rounded-lg border px-2.5 text-base",
  "hover:border-ink-3 focus:border-accent focus:outline-accent focus:outline-2 focus:-outline-offset-1",
  "data-invalid:border-bad disabled:opacity-50",
);

interface Surround {
  label: string;
  hint?: ReactNode;
  error?: string;
}

type TextInputProps = Omit<TextFieldProps, "children" | "className"> &
  Surround & { placeholder?: string; mono?: boolean; rows?: number };

/** A labelled text field; with `rows` a text area. The error replaces the hint. */
export function TextInput({ label, hint, error, placeholder, mono, rows, ...rest }: TextInputProps) {
  const face = cx(inputClass, mono && "font-mono text-sm");
  return (
    <TextField {...rest} isInvalid={error !== undefined || rest.isInvalid} className="flex flex-col gap-1">
      {({ isInvalid }) => (
        <>
          <Label className="text-sm font-medium">{label}</Label>
          {rows ? (
            <TextArea
              rows={rows}
              placeholder={placeholder}
              onInput={recheck}
              className={cx(face, "resize-y py-1.5 leading-normal")}
            />
          ) : (
            <Input
              placeholder={placeholder}
              onInput={recheck}
              className={cx(face, "h-8 pointer-coarse:h-10")}
            />
          )}
          <Below hint={isInvalid ? undefined : hint} error={error} />
        </>
      )}
    </TextField>
  );
}

/** A corrected field loses its error while it is typed in: on blur the form would move under the pointer. */
function recheck({ currentTarget: field }: FormEvent<HTMLInputElement | HTMLTextAreaElement>) {
  if (field.dataset.invalid) field.dispatchEvent(new Event("change"));
}

function Below({ hint, error }: Pick<Surround, "hint" | "error">) {
  return (
    <>
      {hint && (
        <Text slot="description" className="text-ink-3 text-sm">
          {hint}
        </Text>
      )}
      <FieldError className="text-bad text-sm">{error}</FieldError>
    </>
  );
}

interface SelectInputProps extends Surround {
  value: string;
  onChange: (value: string) => void;
  options: { id: string; name: string; note?: string }[];
  hideLabel?: boolean;
}

export function SelectInput({ label, hint, error, value, onChange, options, hideLabel }: SelectInputProps) {
  return (
    <Select
      value={value}
      onChange={(key) => onChange(String(key))}
      isInvalid={error !== undefined}
      aria-label={hideLabel ? label : undefined}
      className="flex flex-col gap-1"
    >
      {!hideLabel && <Label className="text-sm font-medium">{label}</Label>}
      <AriaButton
        className={cx(inputClass, "flex h-8 items-center justify-between gap-2 pointer-coarse:h-10")}
      >
        <SelectValue className="truncate">{({ selectedText }) => selectedText}</SelectValue>
        <ChevronDown aria-hidden size={14} className="text-ink-3 shrink-0" />
      </AriaButton>
      <Below hint={error ? undefined : hint} error={error} />
      <Popover className="border-line bg-raised shadow-pop animate-fade min-w-(--trigger-width) rounded-xl border p-1">
        <ListBox className="max-h-72 overflow-auto outline-none">
          {options.map((option) => (
            <ListBoxItem
              key={option.id}
              id={option.id}
              textValue={option.name}
              className="data-focused:bg-hover flex items-center gap-2 rounded-lg px-2 py-1.5 outline-none"
            >
              {({ isSelected }) => (
                <>
                  <Check aria-hidden size={14} className={cx("text-accent", !isSelected && "invisible")} />
                  <span>{option.name}</span>
                  {option.note && <span className="text-ink-3 ml-auto pl-4 text-sm">{option.note}</span>}
                </>
              )}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}

interface SwitchInputProps {
  label: string;
  hideLabel?: boolean;
  isSelected: boolean;
  isDisabled?: boolean;
  onChange: (on: boolean) => void;
}

export function SwitchInput({ label, hideLabel, ...rest }: SwitchInputProps) {
  return (
    <Switch {...rest} aria-label={hideLabel ? label : undefined} className="group flex items-center gap-2">
      <span
        className={cx(
          "bg-line-strong group-data-selected:bg-accent group-data-focus-visible:outline-accent inline-flex h-4.5 w-8 shrink-0",
          "items-center rounded-full p-0.5 outline-offset-2 transition-colors group-data-focus-visible:outline-2 group-data-disabled:opacity-45",
        )}
      >
        <span className="bg-surface size-3.5 rounded-full shadow-card transition-transform group-data-selected:translate-x-3.5" />
      </span>
      {!hideLabel && <span>{label}</span>}
    </Switch>
  );
}
