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

/**
 * The answer's data, or an ApiError. Use as `await unwrap(api.GET(…))`. A change that was accepted but is not done yet
 * (202 with nothing of it) is waited for at its Location.
 */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, response } = await checked(answer);
  const location = response.status === 202 ? response.headers.get("location") : null;
  if (location !== null && isReceipt(data)) return await settled<T>(location);
  return data as T;
}

/** A key that makes a repeated POST harmless. */
export function idempotencyKey(): string {
  return crypto.randomUUID();
}

/** The most that browsers carry on with when the page is left, in bytes; less than the 64 KiB of the Fetch standard, for others' sake. */
const outlivingBytes = 48 * 1024;

/** Whether a request with this body may outlive its page (`keepalive`). */
export function mayOutlive(body: unknown): boolean {
  return new TextEncoder().encode(JSON.stringify(body)).length <= outlivingBytes;
}

/** Like `unwrap`, for what leaves nothing behind: an accepted removal is not waited for. */
export async function removed(answer: Promise<Answer<unknown>>): Promise<void> {
  await checked(answer);
}

async function checked<T>(answer: Promise<Answer<T>>): Promise<Answer<T>> {
  const settled = await answer.catch((cause: unknown) => {
    throw asApiError(cause);
  });
  if (!settled.response.ok) throw toApiError(settled.response.status, settled.error);
  return settled;
}

/** Whether an answer says no more than that the change was accepted. */
function isReceipt(data: unknown): boolean {
  if (typeof data !== "object" || data === null) return true;
  const { status, ...rest } = data as { status?: unknown };
  return Object.keys(rest).length === 0 && (status === undefined || status === "accepted");
}

const settleTries = 20;
const settlePauseMs = 500;

/** What stands at `location` once it exists. */
async function settled<T>(location: string): Promise<T> {
  for (let tries = 0; tries < settleTries; tries++) {
    const response = await fetch(location, { credentials: "same-origin" });
    if (response.ok) return (await response.json()) as T;
    if (response.status !== 404)
      throw toApiError(response.status, await response.json().catch(() => undefined));
    await new Promise((resolve) => setTimeout(resolve, settlePauseMs));
  }
  throw toApiError(503, undefined);
}
