import type { Problem, ProblemItem } from "./types";

/** A refused or failed request, worded for people. `status` is 0 when the server was not reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint?: string,
    readonly items: ProblemItem[] = [],
    readonly traceId?: string,
  ) {
    super(message);
    this.name = "ApiError";
  }

  /** The message for one field, by JSON pointer into the request body. */
  at(pointer: string): string | undefined {
    const item = this.items.find((one) => one.pointer === pointer);
    return item && sentence(item.message);
  }
}

const byStatus: Record<number, [message: string, hint: string]> = {
  0: ["The server cannot be reached.", "Check that it is running and that you are online, then try again."],
  401: ["You are not signed in.", "Sign in and try again."],
  403: ["You may not do this.", "Ask someone who owns it to share it with you."],
  404: ["This does not exist, or is not shared with you.", "It may have been removed meanwhile."],
  409: ["Somebody changed this meanwhile.", "Reload to see their change."],
  412: ["Somebody changed this meanwhile.", "Reload to see their change."],
  413: ["This is too large.", "Send less at once."],
  429: ["Too many requests.", "Wait a moment and try again."],
  503: ["A part of the system is not ready.", "It usually comes back within seconds. Try again."],
};

/** Turns any error body of the gateway, or none, into an ApiError. */
export function toApiError(status: number, body: unknown): ApiError {
  const problem: Partial<Problem> = typeof body === "object" && body !== null ? body : {};
  const [message, hint] = byStatus[status] ?? [
    `The server answered ${status}.`,
    "Try again. The server's log has the cause.",
  ];
  return new ApiError(
    status,
    problem.code ?? `http.${status}`,
    sentence(problem.detail ?? problem.title ?? message),
    problem.hint ? sentence(problem.hint) : problem.detail || problem.title ? undefined : hint,
    problem.errors ?? [],
    problem.trace_id ?? undefined,
  );
}

/** Any thrown value as an ApiError: a failed fetch has status 0. */
export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : toApiError(0, undefined);
}

/** What ended a page: a refused request, else a fault of the page or a part of it that could not be loaded. */
export function asPageError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(
    0,
    "page.failed",
    "This page could not be shown.",
    "Reload it. If that does not help, the browser's console has the cause.",
  );
}

/** The gateway words faults as clauses: a person reads sentences. */
export function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
