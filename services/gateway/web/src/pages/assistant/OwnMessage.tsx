import { Pencil } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "../../api/types";
import { Button } from "../../ui/Button";
import { inputClass } from "../../ui/Field";
import { IconButton } from "../../ui/IconButton";
import { SentFiles } from "./FileChips";
import { BranchPager } from "./BranchPager";
import type { Sending } from "./useSend";

interface OwnMessageProps {
  message: Message;
  /** Absent while an answer is awaited: then nothing can be changed. */
  onSend?: (sending: Sending) => void;
}

/** What the person wrote. Written anew, it begins a branch beside this one. */
export function OwnMessage({ message, onSend }: OwnMessageProps) {
  const { t } = useTranslation();
  const [edits, setEdits] = useState(false);
  return (
    <li className="group animate-rise flex flex-col items-end gap-1">
      <span className="sr-only">{t("assistant.you")}</span>
      {edits && onSend ? (
        <Editor
          text={message.text}
          onClose={() => setEdits(false)}
          onSend={(text) => {
            setEdits(false);
            onSend({ text, replaces: message.id });
          }}
        />
      ) : (
        <>
          <SentFiles files={message.attachments} />
          {message.text !== "" && (
            <div className="bg-accent-soft max-w-[85%] rounded-2xl rounded-br-md px-4 py-2.5 text-md break-words whitespace-pre-wrap">
              {message.text}
            </div>
          )}
          <div className="text-ink-3 flex items-center gap-1 text-xs">
            {message.branches && <BranchPager message={message} branches={message.branches} />}
            {onSend && (
              <IconButton small label={t("assistant.edit")} onPress={() => setEdits(true)}>
                <Pencil aria-hidden size={13} />
              </IconButton>
            )}
          </div>
        </>
      )}
    </li>
  );
}

interface EditorProps {
  text: string;
  onClose: () => void;
  onSend: (text: string) => void;
}

function Editor({ text: before, onClose, onSend }: EditorProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(before);
  const send = () => {
    if (text.trim() !== "") onSend(text.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <div className="flex w-full max-w-[85%] flex-col gap-2">
      <textarea
        autoFocus
        rows={2}
        value={text}
        aria-label={t("assistant.editField")}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        className={`${inputClass} field-sizing-content max-h-64 resize-none rounded-xl py-2 text-md`}
      />
      <div className="flex justify-end gap-2">
        <Button small onPress={onClose}>
          {t("actions.cancel")}
        </Button>
        <Button small kind="primary" isDisabled={text.trim() === ""} onPress={send}>
          {t("assistant.sendEdited")}
        </Button>
      </div>
    </div>
  );
}
