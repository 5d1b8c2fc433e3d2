import { Bot, Cable, Globe, Inbox, Send, type LucideIcon } from "lucide-react";
import type { Adapter } from "../../domain/accounts";

export const adapterIcon: Record<Adapter, LucideIcon> = {
  imap: Inbox,
  smtp: Send,
  llm: Bot,
  http: Globe,
  bridge: Cable,
};
