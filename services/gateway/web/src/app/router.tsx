import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import type { QueryClient } from "@tanstack/react-query";
import { ApiError, asPageError } from "../api/problem";
import { ErrorState } from "../ui/States";
import { NotFound } from "./NotFound";
import { meQuery, setupQuery, type RunFilter } from "./queries";
import { queryClient } from "./queryClient";
import { useSession } from "./session";
import { Shell } from "./Shell";

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()();

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  validateSearch: (search): { token?: string } => ({ token: text(search.token) }),
  component: lazyRouteComponent(() => import("../pages/door/SetupPage"), "SetupPage"),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search): { next?: string } => ({ next: text(search.next) }),
  component: lazyRouteComponent(() => import("../pages/door/SignInPage"), "SignInPage"),
});

/** Everything behind the door. */
const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(meQuery);
      useSession.setState({ signedIn: true });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      const { needs_first_account } = await context.queryClient.fetchQuery(setupQuery);
      if (needs_first_account) throw redirect({ to: "/setup" });
      throw redirect({ to: "/sign-in", search: { next: location.href === "/" ? undefined : location.href } });
    }
  },
});

const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/inbox" });
  },
});

const inbox = createRoute({
  getParentRoute: () => shell,
  path: "/inbox",
  validateSearch: (search): { category?: string; archived?: boolean } => ({
    category: text(search.category),
    archived: search.archived === true ? true : undefined,
  }),
  component: lazyRouteComponent(() => import("../pages/inbox/InboxPage"), "InboxPage"),
});

const inboxItem = createRoute({ getParentRoute: () => inbox, path: "$itemId" });

const assistant = createRoute({
  getParentRoute: () => shell,
  path: "/assistant",
  component: lazyRouteComponent(() => import("../pages/assistant/AssistantPage"), "AssistantPage"),
});

const conversation = createRoute({
  getParentRoute: () => assistant,
  path: "$conversationId",
  validateSearch: (search): { at?: string } => ({ at: text(search.at) }),
});

const memory = createRoute({
  getParentRoute: () => shell,
  path: "/memory",
  component: lazyRouteComponent(() => import("../pages/memory/MemoryPage"), "MemoryPage"),
});

const workflows = createRoute({
  getParentRoute: () => shell,
  path: "/workflows",
  component: lazyRouteComponent(() => import("../pages/workflows/WorkflowsPage"), "WorkflowsPage"),
});

const newWorkflow = createRoute({
  getParentRoute: () => shell,
  path: "/workflows/new",
  component: lazyRouteComponent(() => import("../pages/workflows/NewWorkflowPage"), "NewWorkflowPage"),
});

export const workflowTabs = ["canvas", "document", "rehearsal", "triggers", "versions", "runs"] as const;
export type WorkflowTab = (typeof workflowTabs)[number];

const workflow = createRoute({
  getParentRoute: () => shell,
  path: "/workflows/$workflowId",
  validateSearch: (search): { tab?: WorkflowTab; why?: string } => ({
    tab: workflowTabs.find((tab) => tab === search.tab),
    why: text(search.why),
  }),
  component: lazyRouteComponent(() => import("../pages/workflow/WorkflowPage"), "WorkflowPage"),
});

export const runStatuses = ["running", "completed", "failed", "cancelled"] as const;

const runs = createRoute({
  getParentRoute: () => shell,
  path: "/runs",
  validateSearch: (search): RunFilter => ({
    workflow_id: text(search.workflow_id),
    status: runStatuses.find((status) => status === search.status),
  }),
  component: lazyRouteComponent(() => import("../pages/runs/RunsPage"), "RunsPage"),
});

const run = createRoute({
  getParentRoute: () => shell,
  path: "/runs/$runId",
  validateSearch: (search): { node?: string; tab?: "children" } => ({
    node: text(search.node),
    tab: search.tab === "children" ? "children" : undefined,
  }),
  component: lazyRouteComponent(() => import("../pages/run/RunPage"), "RunPage"),
});

const compare = createRoute({
  getParentRoute: () => shell,
  path: "/runs/$runId/compare",
  validateSearch: (search): { other?: string; all?: boolean } => ({
    other: text(search.other),
    all: search.all === true ? true : undefined,
  }),
  component: lazyRouteComponent(() => import("../pages/compare/ComparePage"), "ComparePage"),
});

const accounts = createRoute({
  getParentRoute: () => shell,
  path: "/accounts",
  component: lazyRouteComponent(() => import("../pages/accounts/AccountsPage"), "AccountsPage"),
});

const newAccount = createRoute({
  getParentRoute: () => shell,
  path: "/accounts/new/$adapter",
  component: lazyRouteComponent(() => import("../pages/accounts/NewAccountPage"), "NewAccountPage"),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: "/accounts/$accountId",
  component: lazyRouteComponent(() => import("../pages/accounts/AccountPage"), "AccountPage"),
});

const events = createRoute({
  getParentRoute: () => shell,
  path: "/events",
  validateSearch: (search): { subject?: string } => ({ subject: text(search.subject) }),
  component: lazyRouteComponent(() => import("../pages/events/EventsPage"), "EventsPage"),
});

const notifications = createRoute({
  getParentRoute: () => shell,
  path: "/notifications",
  component: lazyRouteComponent(
    () => import("../pages/notifications/NotificationsPage"),
    "NotificationsPage",
  ),
});

const questions = createRoute({
  getParentRoute: () => shell,
  path: "/questions",
  validateSearch: (search): { state?: "decided"; question?: string } => ({
    state: search.state === "decided" ? "decided" : undefined,
    question: text(search.question),
  }),
  component: lazyRouteComponent(() => import("../pages/questions/QuestionsPage"), "QuestionsPage"),
});

export const settingsTabs = ["system", "me", "api-keys", "prompts", "rules"] as const;
export type SettingsTab = (typeof settingsTabs)[number];

const settings = createRoute({
  getParentRoute: () => shell,
  path: "/settings",
  validateSearch: (search): { tab?: SettingsTab; prompt?: string } => ({
    tab: settingsTabs.find((tab) => tab === search.tab),
    prompt: text(search.prompt),
  }),
  component: lazyRouteComponent(() => import("../pages/settings/SettingsPage"), "SettingsPage"),
});

const nowhere = createRoute({ getParentRoute: () => shell, path: "$", component: NotFound });

export const router = createRouter({
  routeTree: root.addChildren([
    setup,
    signIn,
    shell.addChildren([
      home,
      inbox.addChildren([inboxItem]),
      assistant.addChildren([conversation]),
      memory,
      workflows,
      newWorkflow,
      workflow,
      runs,
      run,
      compare,
      accounts,
      newAccount,
      account,
      events,
      notifications,
      questions,
      settings,
      nowhere,
    ]),
  ]),
  context: { queryClient },
  defaultPreload: "intent",
  // A part that could not be loaded once is not asked for again without a reload.
  defaultErrorComponent: ({ error }) => (
    <ErrorState error={asPageError(error)} onRetry={() => location.reload()} />
  ),
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
