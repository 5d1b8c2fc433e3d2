import { useMemo, useState } from "react";
import { formOfNode, readNode, textsOfNode, type Choices } from "../../../domain/canvas/nodeFields";
import { syntaxFault } from "../../../domain/pointer";
import type { FieldFault, Texts } from "../../../domain/form";
import type { ValueDraft } from "../../../ui/useValueDraft";

type ObjectValue = Record<string, unknown>;

interface Shown {
  /** The value that the fields show. */
  print: string;
  texts: Texts;
  json: string;
  faults: Record<string, FieldFault>;
}

/** An object in fields or as JSON that is written with every change; what others change shows at once. */
export function useLiveValue(
  schema: unknown,
  value: ObjectValue,
  onChange: (value: ObjectValue) => void,
  choices?: Choices,
): ValueDraft {
  const print = JSON.stringify(value);
  const form = useMemo(
    () => formOfNode(schema, JSON.parse(print) as ObjectValue, choices),
    [schema, print, choices],
  );
  const [kept, setShown] = useState<Shown>();
  const [asJson, setAsJson] = useState(false);
  let shown = kept;
  if (shown?.print !== print) {
    const texts = textsOfNode(form, schema, value);
    shown = { print, texts, json: JSON.stringify(value, null, 2), faults: {} };
    setShown(shown);
  }
  const become = (next: ObjectValue, changed: Partial<Shown>) => {
    const now = JSON.stringify(next);
    setShown({ ...shown, ...changed, print: now });
    if (now !== print) onChange(next);
  };
  return {
    form,
    asJson,
    texts: shown.texts,
    setTexts: (texts) => {
      const { config, faults } = readNode(form, texts, schema, value);
      become(config, { texts, faults, json: JSON.stringify(config, null, 2) });
    },
    json: shown.json,
    setJson: (json) => {
      const read: unknown = syntaxFault(json) ? undefined : JSON.parse(json);
      const object = typeof read === "object" && read !== null && !Array.isArray(read);
      if (object)
        become(read as ObjectValue, { json, texts: textsOfNode(form, schema, read as ObjectValue) });
      else setShown({ ...shown, json });
    },
    faults: shown.faults,
    toggle: () => setAsJson(!asJson),
    read: () => ({ value }),
  };
}
