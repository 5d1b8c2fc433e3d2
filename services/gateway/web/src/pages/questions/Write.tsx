import { Check, Reply } from "lucide-react";
import { useMemo, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "../../api/problem";
import type { Subject } from "../../api/types";
import { defaultsOf, formOfSchema } from "../../domain/form";
import { editForm, edited } from "../../domain/question";
import { Button } from "../../ui/Button";
import { useValueDraft } from "../../ui/useValueDraft";
import { ValueEditor } from "../../ui/ValueEditor";

interface WriteProps {
  subject: Subject;
  decision: "edit" | "respond";
  error: ApiError | null;
  onSend: (value: unknown) => void;
  /** Absent where it cannot be put away. */
  onClose?: () => void;
  /** What is written beside it. */
  children?: ReactNode;
}

/** Writes what is to happen instead, or the answer. */
export function Write({ subject, decision, error, onSend, onClose, children }: WriteProps) {
  const { t } = useTranslation();
  const { form, start } = useMemo(() => beginning(subject, decision), [subject, decision]);
  const draft = useValueDraft(form, start);
  const answers = subject.kind === "form";
  const label = t(
    answers ? "questions.answer" : decision === "edit" ? "questions.edited" : "questions.response",
  );
  const send = (event: FormEvent) => {
    event.preventDefault();
    const written = draft.read();
    if (written) onSend(written.value);
  };
  return (
    <form noValidate onSubmit={send} className="flex flex-col gap-3">
      {!answers && <p className="text-sm font-medium">{label}</p>}
      <ValueEditor draft={draft} label={label} error={error} />
      {children}
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" type="submit">
          {decision === "edit" ? <Check aria-hidden size={15} /> : <Reply aria-hidden size={15} />}
          {t(answers ? "questions.sendAnswer" : `questions.send.${decision}`)}
        </Button>
        {onClose && <Button onPress={onClose}>{t("actions.cancel")}</Button>}
      </div>
    </form>
  );
}

function beginning(subject: Subject, decision: "edit" | "respond") {
  if (subject.kind === "form") return { form: formOfSchema(subject.form), start: defaultsOf(subject.form) };
  if (decision === "edit") return { form: editForm(subject), start: edited(subject) };
  return { form: undefined, start: {} };
}
