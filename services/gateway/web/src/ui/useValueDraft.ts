import { useState } from "react";
import { readTexts, textsOf, type FieldFault, type Form, type Texts } from "../domain/form";
import { syntaxFault } from "../domain/pointer";

/** A value that is being written, in fields or as JSON. */
export interface ValueDraft {
  form?: Form;
  asJson: boolean;
  texts: Texts;
  setTexts: (texts: Texts) => void;
  json: string;
  setJson: (json: string) => void;
  faults: Record<string, FieldFault>;
  /** From fields to JSON and back, with what was written; not away from what is no value. */
  toggle: () => void;
  /** The value; undefined when what was written is none, which is then marked. */
  read: () => { value: unknown } | undefined;
}

export function useValueDraft(form: Form | undefined, start: unknown): ValueDraft {
  const [base, setBase] = useState(start);
  const [asJson, setAsJson] = useState(form === undefined);
  const [texts, setTexts] = useState<Texts>(() => (form ? textsOf(form, start) : {}));
  const [json, setJson] = useState(() => print(start));
  const [faults, setFaults] = useState<Record<string, FieldFault>>({});
  const read = () => {
    if (asJson || !form) {
      return syntaxFault(json) ? undefined : { value: JSON.parse(json) as unknown };
    }
    const reading = readTexts(form, texts, base);
    setFaults("faults" in reading ? reading.faults : {});
    return "faults" in reading ? undefined : reading;
  };
  const toggle = () => {
    const reading = read();
    if (!form || !reading) return;
    setBase(reading.value);
    if (asJson) setTexts(textsOf(form, reading.value));
    else setJson(print(reading.value));
    setAsJson(!asJson);
  };
  return {
    form,
    asJson,
    texts,
    setTexts: (next) => {
      setTexts(next);
      setFaults({});
    },
    json,
    setJson,
    faults,
    toggle,
    read,
  };
}

function print(value: unknown): string {
  return JSON.stringify(value === undefined ? {} : value, null, 2);
}
