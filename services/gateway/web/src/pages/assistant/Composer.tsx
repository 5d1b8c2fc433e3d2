import { ArrowUp, Paperclip } from "lucide-react";
import { useEffect, useRef, useState, type ClipboardEvent, type DragEvent, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../ui/IconButton";
import { ChosenFiles } from "./FileChips";
import { StopButton } from "./StopButton";
import { useFiles } from "./useFiles";

interface ComposerProps {
  onSend: (text: string, attachments: string[]) => void;
  pending: boolean;
  initial?: string;
  /** The run that answers now: it can be stopped. */
  answering?: string | null;
}

/** Where a person writes, and drops files. Enter sends, Shift+Enter breaks the line. */
export function Composer({ onSend, pending, initial = "", answering }: ComposerProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(initial);
  const files = useFiles();
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
  }, []);
  const ready = (text.trim() !== "" || files.files.length > 0) && !files.sending && !pending;
  const take = (event: ClipboardEvent | DragEvent, data: DataTransfer | null) => {
    if (!data || data.files.length === 0) return;
    event.preventDefault();
    files.add(data.files);
  };
  const send = () => {
    if (!ready) return;
    const hashes = files.files.flatMap(({ hash }) => hash ?? []);
    onSend(text.trim(), hashes);
    setText("");
    files.clear();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <div
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => take(event, event.dataTransfer)}
      className="border-line-strong bg-surface focus-within:border-accent focus-within:outline-accent shadow-card rounded-2xl border p-2 focus-within:outline-2 focus-within:-outline-offset-1"
    >
      <ChosenFiles files={files.files} onRemove={files.remove} />
      <div className="flex items-end gap-2">
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label={t("assistant.files.pick")}
          onChange={(event) => {
            files.add(event.target.files ?? []);
            event.target.value = "";
          }}
        />
        <IconButton label={t("assistant.files.add")} onPress={() => picker.current?.click()}>
          <Paperclip aria-hidden size={16} />
        </IconButton>
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label={t("assistant.write")}
          placeholder={t("assistant.write")}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={(event) => take(event, event.clipboardData)}
          className="placeholder:text-ink-3 field-sizing-content max-h-48 min-h-8 flex-1 resize-none bg-transparent py-1 text-md outline-none"
        />
        {answering && <StopButton runId={answering} />}
        <IconButton label={t("assistant.send")} kind="primary" isDisabled={!ready} onPress={send}>
          <ArrowUp aria-hidden size={17} />
        </IconButton>
      </div>
    </div>
  );
}
