// What a tenant or a workflow says about its runs: who must agree, how long they are kept.
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";

export const approvalRulesQuery = queryOptions({
  queryKey: ["approval-rules"],
  queryFn: () => unwrap(api.GET("/api/v1/approval-rules")),
});

/** Of one workflow, or of all that say nothing themselves. */
export const retentionQuery = (workflowId?: string) =>
  queryOptions({
    queryKey: ["retention", workflowId ?? "tenant"],
    queryFn: () =>
      workflowId === undefined
        ? unwrap(api.GET("/api/v1/retention"))
        : unwrap(api.GET("/api/v1/workflows/{id}/retention", { params: { path: { id: workflowId } } })),
  });
