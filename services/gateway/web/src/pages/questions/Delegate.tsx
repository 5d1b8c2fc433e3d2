import { Forward } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Question } from "../../api/types";
import { Button } from "../../ui/Button";
import { TextInput } from "../../ui/Field";
import { ProblemNote } from "../../ui/States";
import { useDelegate } from "./useDecide";

/** Passes a question on to people, by their ids. */
export function Delegate({ question, onClose }: { question: Question; onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [empty, setEmpty] = useState(false);
  const delegate = useDelegate(question.id);
  const send = (event: FormEvent) => {
    event.preventDefault();
    const to = text.split(/[\s,;]+/).filter(Boolean);
    setEmpty(to.length === 0);
    if (to.length > 0) delegate.mutate(to, { onSuccess: onClose });
  };
  return (
    <form noValidate onSubmit={send} className="flex flex-col gap-3">
      <ProblemNote error={delegate.error} />
      <TextInput
        label={t("questions.delegateTo")}
        hint={t("questions.delegateHint")}
        error={empty ? t("form.fault.required") : undefined}
        value={text}
        onChange={(next) => {
          setText(next);
          setEmpty(false);
        }}
        mono
        autoComplete="off"
      />
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" type="submit" isPending={delegate.isPending}>
          <Forward aria-hidden size={15} />
          {t("questions.delegate")}
        </Button>
        <Button onPress={onClose}>{t("actions.cancel")}</Button>
      </div>
    </form>
  );
}
