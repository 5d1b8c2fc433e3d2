import { useState, type Ref } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowDocument } from "../../../api/types";
import { idFault } from "../../../domain/canvas/rename";
import { TextInput } from "../../../ui/Field";

interface IdFieldProps {
  document: WorkflowDocument;
  id: string;
  onRename: (id: string) => void;
  ref?: Ref<HTMLDivElement>;
}

/** A node's id; another one is taken over everywhere when it is left or confirmed. */
export function IdField({ document, id, onRename, ref }: IdFieldProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(id);
  const fault = idFault(document, id, text);
  const rename = () => {
    if (fault) setText(id);
    else if (text !== id) onRename(text);
  };
  return (
    <div ref={ref}>
      <TextInput
        label={t("canvas.panel.id")}
        hint={t("canvas.panel.idText", { id })}
        error={fault && t(`canvas.panel.idFault.${fault}`)}
        value={text}
        onChange={setText}
        onBlur={rename}
        onKeyDown={(event) => {
          if (event.key === "Enter") rename();
          else event.continuePropagation();
        }}
        mono
        autoComplete="off"
        validationBehavior="aria"
      />
    </div>
  );
}
