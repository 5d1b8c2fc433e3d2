// What pages read of the assistant's memory.
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../api/client";
import type { Fact } from "../api/types";
import { listQuery } from "./queries";

export interface FactFilter {
  state: Fact["state"];
  /** Only those with this text. */
  q?: string;
}

export const factsQuery = (filter: FactFilter) =>
  listQuery(["facts", filter], (page) =>
    unwrap(api.GET("/api/v1/facts", { params: { query: { ...filter, ...page } } })),
  );

export const factQuery = (id: string) =>
  queryOptions({
    queryKey: ["facts", id],
    queryFn: () => unwrap(api.GET("/api/v1/facts/{id}", { params: { path: { id } } })),
  });

/** A fact with what it took the place of and what took its place, the oldest first. */
export const factHistoryQuery = (id: string) =>
  queryOptions({
    queryKey: ["facts", id, "history"],
    queryFn: () => unwrap(api.GET("/api/v1/facts/{id}/history", { params: { path: { id } } })),
  });
