import { useNavigate } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message } from "../../api/types";
import { IconButton } from "../../ui/IconButton";

interface PagerProps {
  message: Message;
  /** All that stand at the message's place, itself among them. */
  branches: string[];
}

/** Goes through the versions of a message, round and round. Which one is shown stands in the address. */
export function BranchPager({ message, branches }: PagerProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const index = branches.indexOf(message.id);
  const show = (by: number) => {
    const at = branches.at((index + by) % branches.length);
    void navigate({
      to: "/assistant/$conversationId",
      params: { conversationId: message.conversation_id },
      search: { at },
      replace: true,
      resetScroll: false,
    });
  };
  const place = { at: index + 1, of: branches.length };
  return (
    <div role="group" aria-label={t("assistant.versions")} className="flex items-center">
      <IconButton small label={t("assistant.previousVersion")} onPress={() => show(-1)}>
        <ChevronLeft aria-hidden size={14} />
      </IconButton>
      <span role="status" aria-label={t("assistant.version", place)} className="tabular px-0.5">
        {`${place.at}/${place.of}`}
      </span>
      <IconButton small label={t("assistant.nextVersion")} onPress={() => show(1)}>
        <ChevronRight aria-hidden size={14} />
      </IconButton>
    </div>
  );
}
