// What pages read to foresee, compare and explain runs.
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import type { Stretch } from "../domain/why";

/** What run `right` did otherwise than run `left`. */
export const runDiffQuery = (left: string, right: string) =>
  queryOptions({
    queryKey: ["runs", left, "diff", right],
    queryFn: () =>
      unwrap(api.GET("/api/v1/runs/{id}/diff/{other}", { params: { path: { id: left, other: right } } })),
  });

/** What one version says otherwise than another, as far as the pages use it. */
export interface NodeChange {
  id: string;
  node_type: string;
  change: "added" | "removed" | "changed";
}

export const versionDiffQuery = (id: string, from: number, to: number) =>
  queryOptions({
    queryKey: ["versions", id, from, "diff", to],
    queryFn: async () => {
      const path = { id, n: from, to };
      const diff = await unwrap(
        api.GET("/api/v1/workflows/{id}/versions/{n}/diff/{to}", { params: { path } }),
      );
      return { nodes: diff.nodes as unknown as NodeChange[], edges: diff.edges.length };
    },
    staleTime: Infinity,
  });

export const planQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ["versions", id, version, "plan"],
    queryFn: () =>
      unwrap(api.GET("/api/v1/workflows/{id}/versions/{n}/plan", { params: { path: { id, n: version } } })),
    staleTime: Infinity,
  });

const rehearsingMs = 1000;

export const backtestQuery = (id: string) =>
  queryOptions({
    queryKey: ["backtests", id],
    queryFn: () => unwrap(api.GET("/api/v1/backtests/{id}", { params: { path: { id } } })),
    staleTime: Infinity,
    refetchInterval: ({ state }) => (state.data?.status === "running" ? rehearsingMs : false),
  });

export const whyQuery = (trigger: string, stretch: Stretch) =>
  queryOptions({
    queryKey: ["triggers", trigger, "why", stretch],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/triggers/{id}/why", { params: { path: { id: trigger }, query: { ...stretch } } }),
      ),
    retry: false,
  });
