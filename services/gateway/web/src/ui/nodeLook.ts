import type { Tone } from "./Badge";

const asksAModel = [
  "llm_call",
  "classify",
  "generate",
  "summarize",
  "extract",
  "score",
  "decide",
  "deduplicate",
  "coordinate",
];

/** The hue of a node's category: trigger, AI, outside world, flow, output and people. */
export function nodeTone(type: string | undefined): Tone {
  if (type === undefined) return "plain";
  if (type.startsWith("trigger.")) return "ok";
  if (asksAModel.includes(type)) return "note";
  if (["http_request", "send_email", "send_message", "sub_workflow"].includes(type)) return "accent";
  if (["notify", "log", "http_response", "reply", "approval", "ask"].includes(type)) return "warn";
  return "plain";
}
