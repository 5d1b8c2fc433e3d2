import { ArrowUp } from "lucide-react";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../ui/IconButton";
import { StopButton } from "./StopButton";

interface ComposerProps {
  onSend: (text: string) => void;
  pending: boolean;
  initial?: string;
  /** The run that answers now: it can be stopped. */
  answering?: string | null;
}

/** Where a person writes. Enter sends, Shift+Enter breaks the line. */
export function Composer({ onSend, pending, initial = "", answering }: ComposerProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(initial);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
  }, []);
  const send = () => {
    const trimmed = text.trim();
    if (trimmed === "" || pending) return;
    onSend(trimmed);
    setText("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <div className="border-line-strong bg-surface focus-within:border-accent focus-within:outline-accent shadow-card flex items-end gap-2 rounded-2xl border p-2 pl-4 focus-within:outline-2 focus-within:-outline-offset-1">
      <textarea
        ref={field}
        rows={1}
        value={text}
        aria-label={t("assistant.write")}
        placeholder={t("assistant.write")}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        className="placeholder:text-ink-3 field-sizing-content max-h-48 min-h-8 flex-1 resize-none bg-transparent py-1 text-md outline-none"
      />
      {answering && <StopButton runId={answering} />}
      <IconButton
        label={t("assistant.send")}
        kind="primary"
        isDisabled={text.trim() === "" || pending}
        onPress={send}
      >
        <ArrowUp aria-hidden size={17} />
      </IconButton>
    </div>
  );
}
