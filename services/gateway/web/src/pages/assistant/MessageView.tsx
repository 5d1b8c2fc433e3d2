import { Link } from "@tanstack/react-router";
import { CircleAlert, RefreshCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message } from "../../api/types";
import { LinkButton } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { IconButton } from "../../ui/IconButton";
import { LazyMarkdown } from "../../ui/Lazy";
import { Keying, Mark } from "../../ui/Mark";
import { Time } from "../../ui/Time";
import { Asking } from "./Asking";
import { OwnMessage } from "./OwnMessage";
import { Recalled } from "./Recalled";
import { Sources } from "./Sources";
import type { Sending } from "./useSend";

interface MessageProps {
  message: Message;
  /** Absent while an answer is awaited. */
  onSend?: (sending: Sending) => void;
}

export function MessageView({ message, onSend }: MessageProps) {
  const { t } = useTranslation();
  if (message.role === "user") return <OwnMessage message={message} onSend={onSend} />;
  const { answers } = message;
  const again = onSend && answers && (
    <IconButton small label={t("assistant.again")} onPress={() => onSend({ replaces: answers })}>
      <RefreshCw aria-hidden size={13} />
    </IconButton>
  );
  return (
    <li className="flex gap-3 sm:gap-4" aria-busy={message.status === "streaming"}>
      <Mark size={26} />
      <div className="min-w-0 flex-1">
        <span className="sr-only">{t("assistant.it")}</span>
        {message.text && <LazyMarkdown text={message.text} />}
        {message.status === "streaming" && <Keying label={t("assistant.answering")} />}
        {message.status === "streaming" && message.run_id && <Asking runId={message.run_id} />}
        {message.status === "failed" && <Failure message={message} />}
        {message.status === "failed" && again && <div className="mt-1.5 -ml-1.5">{again}</div>}
        {message.status === "completed" && (
          <div className="text-ink-3 mt-1.5 -ml-1.5 flex items-center gap-1 text-xs">
            <CopyButton text={message.text} />
            {again}
            <Time at={message.created_at} />
            {message.run_id && (
              <Link
                to="/runs/$runId"
                params={{ runId: message.run_id }}
                className="hover:text-accent ml-1.5 rounded hover:underline"
              >
                {t("assistant.how")}
              </Link>
            )}
          </div>
        )}
        {message.status === "completed" && message.sources && message.sources.length > 0 && (
          <Sources sources={message.sources} />
        )}
        {message.status === "completed" && message.recalled && message.recalled.length > 0 && (
          <Recalled facts={message.recalled} />
        )}
      </div>
    </li>
  );
}

function Failure({ message }: { message: Message }) {
  const { t } = useTranslation();
  const missing = message.error?.code === "llm.not_configured";
  return (
    <div role="alert" className="bg-bad-soft mt-1 flex gap-2.5 rounded-xl px-3.5 py-2.5">
      <CircleAlert aria-hidden size={16} className="text-bad mt-0.5 shrink-0" />
      <div className="min-w-0">
        <p className="font-medium break-words">{message.error?.message ?? t("assistant.failed")}</p>
        {message.error?.hint && <p className="text-ink-2 break-words">{message.error.hint}</p>}
        {missing && (
          <LinkButton className="mt-2" to="/accounts/new/$adapter" params={{ adapter: "llm" }} small>
            {t("assistant.addModel")}
          </LinkButton>
        )}
      </div>
    </div>
  );
}
