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
  type LucideProps,
} from "lucide-react";

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

interface NodeIconProps extends LucideProps {
  type: string | undefined;
}

/** The icon of a node type; a box for what this version does not know. */
export function NodeIcon({ type, ...rest }: NodeIconProps) {
  const Icon = icons[type ?? ""] ?? Box;
  return <Icon aria-hidden {...rest} />;
}

/** The icon of what starts a run. */
export function TriggerIcon({ kind, ...rest }: LucideProps & { kind: string }) {
  return <NodeIcon type={`trigger.${kind}`} {...rest} />;
}
