// What the pages read, each with its cache key. The first part of a key is what the live feed marks stale.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import type { Run, WorkflowDocument } from "../api/types";
import type { NodeTypeFacts } from "../domain/nodeTypes";

interface Page {
  next_cursor: string | null;
}

type Fetch<P extends Page> = (query: { cursor?: string; limit: number }) => Promise<P>;

const pageSize = 50;

/** A list that is read page by page. */
export function listQuery<P extends Page>(key: readonly unknown[], fetch: Fetch<P>) {
  return infiniteQueryOptions({
    queryKey: ["list", ...key],
    queryFn: ({ pageParam }: { pageParam: string | undefined }) =>
      fetch({ cursor: pageParam, limit: pageSize }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
}

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: () => unwrap(api.GET("/api/v1/me")),
  staleTime: 5 * 60_000,
});

export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: () => unwrap(api.GET("/api/v1/setup")),
});

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: () => unwrap(api.GET("/api/v1/system/status")),
});

export interface InboxFilter {
  category?: string;
  archived?: boolean;
}

export const inboxQuery = (filter: InboxFilter) =>
  listQuery(["inbox", filter], (page) =>
    unwrap(api.GET("/api/v1/inbox", { params: { query: { ...filter, ...page } } })),
  );

export const inboxItemQuery = (id: string) =>
  queryOptions({
    queryKey: ["inbox", id],
    queryFn: () => unwrap(api.GET("/api/v1/inbox/{id}", { params: { path: { id } } })),
  });

export const notificationsQuery = listQuery(["notifications"], (page) =>
  unwrap(api.GET("/api/v1/notifications", { params: { query: page } })),
);

export interface QuestionFilter {
  state?: "open" | "decided";
  run_id?: string;
}

export const questionsQuery = (filter: QuestionFilter) =>
  listQuery(["questions", filter], (page) =>
    unwrap(api.GET("/api/v1/questions", { params: { query: { ...filter, ...page } } })),
  );

export const workflowsQuery = listQuery(["workflows"], (page) =>
  unwrap(api.GET("/api/v1/workflows", { params: { query: page } })),
);

export const workflowQuery = (id: string) =>
  queryOptions({
    queryKey: ["workflows", id],
    queryFn: () => unwrap(api.GET("/api/v1/workflows/{id}", { params: { path: { id } } })),
  });

export const versionsQuery = (id: string) =>
  listQuery(["workflows", id, "versions"], (page) =>
    unwrap(api.GET("/api/v1/workflows/{id}/versions", { params: { path: { id }, query: page } })),
  );

export const versionQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ["versions", id, version],
    queryFn: () =>
      unwrap(api.GET("/api/v1/workflows/{id}/versions/{n}", { params: { path: { id, n: version } } })),
    staleTime: Infinity,
  });

export const nodeTypesQuery = queryOptions({
  queryKey: ["node-types"],
  queryFn: async () => {
    const { items } = await unwrap(api.GET("/api/v1/node-types"));
    return items as NodeTypeFacts[];
  },
  staleTime: Infinity,
});

/** What the server says of the document in a text that holds one. */
export const validationQuery = (text: string) =>
  queryOptions({
    queryKey: ["validation", text],
    queryFn: () =>
      unwrap(
        api.POST("/api/v1/workflows/validate", { body: { document: JSON.parse(text) as WorkflowDocument } }),
      ),
    staleTime: Infinity,
    gcTime: 30_000,
    retry: false,
  });

export const templatesQuery = queryOptions({
  queryKey: ["templates"],
  queryFn: () => unwrap(api.GET("/api/v1/templates")),
  staleTime: Infinity,
});

export interface RunFilter {
  workflow_id?: string;
  status?: Run["status"];
  /** Only those that this run has started. */
  parent_run_id?: string;
}

export const runsQuery = (filter: RunFilter) =>
  listQuery(["runs", filter], (page) =>
    unwrap(api.GET("/api/v1/runs", { params: { query: { ...filter, ...page } } })),
  );

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["runs", id],
    queryFn: () => unwrap(api.GET("/api/v1/runs/{id}", { params: { path: { id } } })),
    // A run that was just accepted may reach the read model a moment later.
    retry: (failures, error) => failures < 5 && (error.status === 404 || error.status >= 500),
    retryDelay: 400,
  });

export const invocationsQuery = (runId: string) =>
  queryOptions({
    queryKey: ["invocations", runId],
    queryFn: () => unwrap(api.GET("/api/v1/invocations", { params: { query: { run_id: runId } } })),
  });

/** With `q`, those where it was said, or which are called so. */
export const conversationsQuery = (q?: string) =>
  listQuery(["conversations", { q }], (page) =>
    unwrap(api.GET("/api/v1/conversations", { params: { query: { q, ...page } } })),
  );

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: ["conversations", id],
    queryFn: () => unwrap(api.GET("/api/v1/conversations/{id}", { params: { path: { id } } })),
  });

/** The branch of the message `at`; without it, the newest one. */
export const messagesQuery = (id: string, at?: string) =>
  queryOptions({
    queryKey: ["conversations", id, "messages", { at }],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/conversations/{id}/messages", {
          params: { path: { id }, query: { at, limit: 200 } },
        }),
      ),
  });

export const accountsQuery = queryOptions({
  queryKey: ["accounts"],
  queryFn: () => unwrap(api.GET("/api/v1/accounts", { params: { query: { limit: 200 } } })),
});

export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: ["accounts", id],
    queryFn: () => unwrap(api.GET("/api/v1/accounts/{id}", { params: { path: { id } } })),
  });

export const modelsQuery = queryOptions({
  queryKey: ["models"],
  queryFn: () => unwrap(api.GET("/api/v1/models")),
});

export const apiKeysQuery = queryOptions({
  queryKey: ["api-keys"],
  queryFn: () => unwrap(api.GET("/api/v1/api-keys", { params: { query: { limit: 200 } } })),
});
