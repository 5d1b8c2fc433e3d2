import createClient from "openapi-fetch";
import type { paths } from "./schema";
import { asApiError, toApiError } from "./problem";

/** The typed client: same origin, so the session cookie goes along by itself. */
export const api = createClient<paths>({ baseUrl: "/", credentials: "same-origin" });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's data, or an ApiError. Use as `await unwrap(api.GET(…))`. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer.catch((cause: unknown) => {
    throw asApiError(cause);
  });
  if (!response.ok) throw toApiError(response.status, error);
  return data as T;
}

/** A key that makes a repeated POST harmless. */
export function idempotencyKey(): string {
  return crypto.randomUUID();
}
