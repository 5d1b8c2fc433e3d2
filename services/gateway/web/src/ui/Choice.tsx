import { Label, Radio, RadioGroup } from "react-aria-components";

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly { id: T; name: string; text: string }[];
}

/** One of a few ways, each with what it means. */
export function Choice<T extends string>({ label, value, onChange, options }: ChoiceProps<T>) {
  return (
    <RadioGroup
      value={value}
      onChange={(id) => {
        const chosen = options.find((one) => one.id === id);
        if (chosen) onChange(chosen.id);
      }}
    >
      <Label className="text-sm font-medium">{label}</Label>
      <div className="mt-1 grid gap-2 sm:grid-cols-2">
        {options.map(({ id, name, text }) => (
          <Radio
            key={id}
            value={id}
            className="border-line data-selected:border-accent data-selected:bg-accent-soft hover:border-line-strong group rounded-xl border px-3.5 py-2.5"
          >
            <span className="group-data-selected:text-accent block font-medium">{name}</span>
            <span className="text-ink-2 block text-sm">{text}</span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
