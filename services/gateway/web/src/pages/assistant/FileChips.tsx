import { LoaderCircle, Paperclip, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message } from "../../api/types";
import { IconButton } from "../../ui/IconButton";
import type { ChosenFile } from "./useFiles";

interface ChosenFilesProps {
  files: ChosenFile[];
  onRemove: (key: string) => void;
}

/** The files beside a message that is being written. */
export function ChosenFiles({ files, onRemove }: ChosenFilesProps) {
  const { t } = useTranslation();
  if (files.length === 0) return null;
  return (
    <ul aria-label={t("assistant.files.chosen")} className="flex flex-wrap gap-1.5 pt-1 pb-2">
      {files.map(({ key, name, hash }) => (
        <li key={key} className={`${chip} pr-1`}>
          {hash ? (
            <Paperclip aria-hidden size={13} className="shrink-0" />
          ) : (
            <LoaderCircle
              size={13}
              aria-label={t("assistant.files.sending")}
              className="shrink-0 motion-safe:animate-spin"
            />
          )}
          <span className="truncate">{name}</span>
          <IconButton small label={t("assistant.files.remove", { name })} onPress={() => onRemove(key)}>
            <X aria-hidden size={12} />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}

/** The files of a message that was sent. */
export function SentFiles({ files = [] }: { files: Message["attachments"] }) {
  const { t } = useTranslation();
  if (files.length === 0) return null;
  return (
    <ul aria-label={t("assistant.files.sent")} className="flex flex-wrap justify-end gap-1.5">
      {files.map(({ hash, name }, place) => (
        <li key={`${hash}-${place}`}>
          <a href={`/api/v1/artifacts/${hash}`} download={name ?? ""} className={`${chip} hover:text-ink`}>
            <Paperclip aria-hidden size={13} className="shrink-0" />
            <span className="truncate">{name ?? t("assistant.files.unnamed")}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

const chip =
  "border-line bg-surface text-ink-2 flex max-w-60 min-w-0 items-center gap-1.5 rounded-full border px-2.5 py-1 text-sm";
