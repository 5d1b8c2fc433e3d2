import { Braces, ListChecks } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { sentence, type ApiError } from "../api/problem";
import { locate, syntaxFault } from "../domain/pointer";
import { Button } from "./Button";
import { JsonEditor } from "./Lazy";
import { ValueForm } from "./ValueForm";
import type { ValueDraft } from "./useValueDraft";

interface ValueEditorProps {
  draft: ValueDraft;
  label: string;
  error: ApiError | null;
}

/** Where the value stands in what is sent. */
const root = "/value";

/** A value in fields or as JSON; what is wrong with it is marked where it is. */
export function ValueEditor({ draft, label, error }: ValueEditorProps) {
  const { t } = useTranslation();
  const { form, asJson, json } = draft;
  const diagnostics = useMemo(() => {
    const fault = syntaxFault(json);
    if (fault) return [{ ...fault.range, severity: "error" as const, message: fault.message }];
    return (error?.items ?? [])
      .filter(({ pointer }) => pointer === root || pointer.startsWith(`${root}/`))
      .map(({ pointer, message }) => ({
        ...locate(json, pointer.slice(root.length)),
        severity: "error" as const,
        message: sentence(message),
      }));
  }, [json, error]);
  return (
    <div role="group" aria-label={label} className="flex flex-col gap-3">
      {form && !asJson ? (
        <ValueForm
          form={form}
          texts={draft.texts}
          onChange={draft.setTexts}
          faults={draft.faults}
          refusal={({ name }) => error?.at(form.whole ? root : `${root}/${token(name)}`)}
          label={label}
        />
      ) : (
        <div className="border-line-strong h-56 overflow-hidden rounded-lg border">
          <JsonEditor label={label} value={json} onChange={draft.setJson} diagnostics={diagnostics} />
        </div>
      )}
      {form && (
        <div>
          <Button kind="quiet" small onPress={draft.toggle}>
            {asJson ? <ListChecks aria-hidden size={14} /> : <Braces aria-hidden size={14} />}
            {t(asJson ? "form.asFields" : "form.asJson")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** A token of a JSON pointer. */
function token(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
