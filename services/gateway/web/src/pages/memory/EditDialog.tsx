import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Fact } from "../../api/types";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { toast } from "../../ui/toast";
import { FactForm } from "./FactForm";
import { useTell } from "./useFacts";

interface EditDialogProps {
  fact: Fact;
  onClose: () => void;
  onSaved: (next: Fact) => void;
}

/** Puts another fact in the place of one; both are kept. */
export function EditDialog({ fact, onClose, onSaved }: EditDialogProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(fact.text);
  const save = useTell((next) => {
    toast(t("memory.saved"));
    onSaved(next);
  });
  return (
    <Dialog
      title={t("memory.editTitle")}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            form="edit-fact"
            isDisabled={text.trim() === fact.text}
            isPending={save.isPending}
          >
            {t("memory.save")}
          </Button>
        </>
      }
    >
      <FactForm
        id="edit-fact"
        label={t("memory.editField")}
        hint={t("memory.editHint")}
        autoFocus
        text={text}
        onText={(next) => {
          setText(next);
          if (save.isError) save.reset();
        }}
        onSend={(told) => save.mutate({ text: told, pinned: fact.pinned, replaces: fact.id })}
        error={save.error}
      />
    </Dialog>
  );
}
