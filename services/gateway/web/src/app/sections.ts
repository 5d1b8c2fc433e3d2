import {
  Brain,
  Inbox,
  ListTree,
  MessageCircleQuestionMark,
  Plug,
  RadioTower,
  Settings,
  Sparkles,
  Workflow,
  type LucideIcon,
} from "lucide-react";

interface Section {
  id:
    | "inbox"
    | "questions"
    | "assistant"
    | "memory"
    | "workflows"
    | "runs"
    | "accounts"
    | "events"
    | "settings";
  to: `/${Section["id"]}`;
  icon: LucideIcon;
  keys: string;
}

/** The places of the app, in the order of the sidebar. */
export const sections: readonly Section[] = [
  { id: "inbox", to: "/inbox", icon: Inbox, keys: "g i" },
  { id: "questions", to: "/questions", icon: MessageCircleQuestionMark, keys: "g q" },
  { id: "assistant", to: "/assistant", icon: Sparkles, keys: "g a" },
  { id: "memory", to: "/memory", icon: Brain, keys: "g m" },
  { id: "workflows", to: "/workflows", icon: Workflow, keys: "g w" },
  { id: "runs", to: "/runs", icon: ListTree, keys: "g r" },
  { id: "accounts", to: "/accounts", icon: Plug, keys: "g c" },
  { id: "events", to: "/events", icon: RadioTower, keys: "g e" },
  { id: "settings", to: "/settings", icon: Settings, keys: "g s" },
];
