// Short names for the generated schemas.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Account = Schemas["Account"];
export type AccountStatus = Schemas["AccountStatus"];
export type ApiKey = Schemas["ApiKey"];
export type Conversation = Schemas["Conversation"];
export type Edge = Schemas["WorkflowEdge"];
export type InboxItem = Schemas["InboxItem"];
export type Invocation = Schemas["Invocation"];
export type Me = Schemas["Me"];
export type Message = Schemas["Message"];
export type Notification = Schemas["Notification"];
export type Problem = Schemas["Problem"];
export type ProblemItem = Schemas["ProblemItem"];
export type Prompt = Schemas["Prompt"];
export type Question = Schemas["Question"];
export type Subject = Schemas["LogSubject"];
export type DecisionKind = Schemas["DecisionKind"];
export type DecisionRequest = Schemas["DecisionRequest"];
export type Run = Schemas["Run"];
export type SystemStatus = Schemas["SystemStatus"];
export type TapEvent = Schemas["TapEvent"];
export type Template = Schemas["Template"];
export type Trigger = Schemas["Trigger"];
export type Workflow = Schemas["Workflow"];
export type WorkflowDocument = Schemas["WorkflowDocument"];
export type WorkflowNode = Schemas["WorkflowNode"];
export type WorkflowSummary = Schemas["WorkflowSummary"];
export type WorkflowVersion = Schemas["WorkflowVersion"];
export type RunEvent = Schemas["LogRunEvent"];
export type RunError = Schemas["LogRunError"];
