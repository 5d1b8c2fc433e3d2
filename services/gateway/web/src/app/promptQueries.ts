// What pages read of prompts, and of what people think of the answers that they led to.
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import { listQuery } from "./queries";

export const promptsQuery = queryOptions({
  queryKey: ["prompts"],
  queryFn: () => unwrap(api.GET("/api/v1/prompts", { params: { query: { limit: 200 } } })),
});

export const promptQuery = (id: string) =>
  queryOptions({
    queryKey: ["prompts", id],
    queryFn: () => unwrap(api.GET("/api/v1/prompts/{id}", { params: { path: { id } } })),
  });

/** A version never changes, so no news makes it stale. */
export const promptVersionQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ["prompt-versions", id, version],
    queryFn: () =>
      unwrap(api.GET("/api/v1/prompts/{id}/versions/{version}", { params: { path: { id, version } } })),
    staleTime: Infinity,
  });

/** The answers that people found wrong. */
export const promptCasesQuery = (id: string) =>
  listQuery(["prompts", id, "cases"], (page) =>
    unwrap(api.GET("/api/v1/prompts/{id}/cases", { params: { path: { id }, query: page } })),
  );

/** How versions did on them. */
export const promptTrialsQuery = (id: string) =>
  listQuery(["prompts", id, "evaluations"], (page) =>
    unwrap(api.GET("/api/v1/prompts/{id}/evaluations", { params: { path: { id }, query: page } })),
  );

/** A call of a model, with its answer. */
export const invocationQuery = (id: string) =>
  queryOptions({
    queryKey: ["invocations", "one", id],
    queryFn: () => unwrap(api.GET("/api/v1/invocations/{id}", { params: { path: { id } } })),
  });

export const feedbackQuery = (invocationId: string) =>
  queryOptions({
    queryKey: ["invocations", "one", invocationId, "feedback"],
    queryFn: () =>
      unwrap(api.GET("/api/v1/invocations/{id}/feedback", { params: { path: { id: invocationId } } })),
  });
