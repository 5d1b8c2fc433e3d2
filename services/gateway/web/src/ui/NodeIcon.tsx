import {
  Box,
  Braces,
  CalendarClock,
  CircleStop,
  FileSearch,
  FileText,
  GitBranch,
  GitFork,
  Globe,
  Hourglass,
  Merge,
  MessageSquare,
  MousePointerClick,
  BellRing,
  OctagonX,
  RefreshCw,
  Repeat,
  Reply,
  ScrollText,
  Send,
  Sparkles,
  Split,
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
  switch: Split,
  loop: Repeat,
  while: RefreshCw,
  parallel: GitFork,
  join: Merge,
  wait: Hourglass,
  stop: CircleStop,
  fail: OctagonX,
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
