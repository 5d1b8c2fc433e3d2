import {
  Box,
  Braces,
  CalendarClock,
  FileSearch,
  FileText,
  GitBranch,
  GitFork,
  Globe,
  Merge,
  MessageSquare,
  MousePointerClick,
  BellRing,
  Repeat,
  Reply,
  ScrollText,
  Send,
  Sparkles,
  Tags,
  Text,
  Webhook,
  Zap,
  type LucideIcon,
} from "lucide-react";
import type { Tone } from "./Badge";

const icons: Record<string, LucideIcon> = {
  "trigger.manual": MousePointerClick,
  "trigger.webhook": Webhook,
  "trigger.schedule": CalendarClock,
  "trigger.integration_event": Zap,
  llm_call: Sparkles,
  classify: Tags,
  generate: FileText,
  summarize: Text,
  extract: FileSearch,
  http_request: Globe,
  send_email: Send,
  send_message: MessageSquare,
  transform: Braces,
  branch: GitBranch,
  loop: Repeat,
  parallel: GitFork,
  join: Merge,
  notify: BellRing,
  log: ScrollText,
  http_response: Reply,
};

export function nodeIcon(type: string | undefined): LucideIcon {
  return icons[type ?? ""] ?? Box;
}

export function triggerIcon(kind: string): LucideIcon {
  return nodeIcon(`trigger.${kind}`);
}

/** The hue of a node's category: trigger, AI, outside world, flow, output. */
export function nodeTone(type: string | undefined): Tone {
  if (type === undefined) return "plain";
  if (type.startsWith("trigger.")) return "ok";
  if (["llm_call", "classify", "generate", "summarize", "extract"].includes(type)) return "note";
  if (["http_request", "send_email", "send_message"].includes(type)) return "accent";
  if (["notify", "log", "http_response"].includes(type)) return "warn";
  return "plain";
}
