// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { beforeEach, expect, it, vi } from "vitest";
import { api } from "../../api/client";
import type { Fact } from "../../api/types";
import { MemoryPage } from "./MemoryPage";

vi.mock("@tanstack/react-router", async (original) => ({
  ...(await original<object>()),
  Link: ({ children }: { children: ReactNode }) => <span>{children}</span>,
}));
vi.mock("../../api/client", async (original) => ({
  ...(await original<object>()),
  api: { POST: vi.fn(), GET: vi.fn(), PATCH: vi.fn(), DELETE: vi.fn() },
}));

interface Asked {
  params: { path?: { id: string }; query?: { state: Fact["state"] } };
  body?: { text: string; replaces?: string };
}

let facts: Fact[] = [];
const mocked = (method: keyof typeof api) => vi.mocked(api[method]) as unknown as ReturnType<typeof vi.fn>;
const reply = (data: unknown, status = 200) =>
  Promise.resolve(
    status < 400
      ? { data, response: new Response(null, { status }) }
      : { error: data, response: new Response(null, { status }) },
  );

function fact(id: string, change: Partial<Fact> = {}): Fact {
  const at = "2026-11-22T00:00:00Z";
  const now = {
    state: "held",
    source: "explicit",
    pinned: false,
    uses: 0,
    learned_at: at,
    changed_at: at,
  } as const;
  return { id, text: `Fact ${id}.`, replaces: null, replaced_by: null, run_id: null, ...now, ...change };
}

beforeEach(() => {
  mocked("GET").mockImplementation((path: string, { params }: Asked) => {
    if (path.endsWith("history")) return reply({ items: facts.filter(({ id }) => id !== "other") });
    if (params.path) return reply(facts.find(({ id }) => id === params.path?.id));
    return reply({ items: facts.filter(({ state }) => state === params.query?.state), next_cursor: null });
  });
  mocked("PATCH").mockImplementation((_path: string, { params }: Asked) => {
    facts = facts.map((one) =>
      one.id === params.path?.id ? { ...one, state: "held", source: "explicit" } : one,
    );
    return reply({});
  });
  mocked("DELETE").mockImplementation((_path: string, { params }: Asked) => {
    const also = facts.filter(({ source }) => source === "inferred").map(({ id }) => id);
    facts = facts.filter(({ id }) => id !== params.path?.id && !also.includes(id));
    return reply({ also, rows_left: 0, vectors_left: 0 });
  });
  mocked("DELETE").mockClear();
});

async function show(...known: Fact[]) {
  facts = known;
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <main tabIndex={-1}>
        <MemoryPage />
      </main>
    </QueryClientProvider>,
  );
  await waitFor(() => expect(screen.queryByRole("status", { name: "Loading" })).toBeNull());
}

const row = (id: string) => screen.getByRole("article", { name: `Fact ${id}.` });
const press = (id: string, name: string) => userEvent.click(within(row(id)).getByRole("button", { name }));

it("says what the page is for when nothing is known", async () => {
  await show();
  expect(screen.getByRole("heading", { name: "It knows nothing of you yet" })).toBeTruthy();
});

it("says at the field what the server refuses", async () => {
  await show();
  const problem = {
    code: "body.invalid",
    errors: [{ pointer: "/text", code: "x", message: "it is too odd" }],
  };
  mocked("POST").mockImplementation(() => reply(problem, 422));
  const field = screen.getByRole("textbox", { name: "Tell the assistant something" });
  await userEvent.type(field, "Odd");
  await userEvent.click(screen.getByRole("button", { name: "Remember" }));
  await screen.findByText("It is too odd.");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(document.activeElement).toBe(field);
});

it("shows what would be replaced, and hands the focus on to what stays", async () => {
  const waiting = fact("new", { state: "proposed", source: "inferred", replaces: "old" });
  await show(waiting, fact("old"), fact("other"));
  await screen.findByText("instead of: Fact old.");
  await press("new", "Confirm");
  const held = screen.getByRole("region", { name: "What it knows" });
  await within(held).findByText("Fact new.");
  expect(document.activeElement).toBe(row("other"));
});

it("puts another in the place of a fact, pinned as that was", async () => {
  await show(fact("old", { pinned: true }), fact("other"));
  mocked("POST").mockImplementation((_path: string, { body }: Asked) => {
    facts = [fact("new", { text: body?.text }), fact("old", { state: "superseded" }), fact("other")];
    return reply(facts[0], 201);
  });
  await press("old", "Correct");
  const field = screen.getByRole("textbox", { name: "What holds instead" });
  await userEvent.clear(field);
  await userEvent.type(field, "Fact new.");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(document.activeElement).toBe(row("new")));
  const [, sent] = mocked("POST").mock.lastCall as [string, Asked];
  expect(sent.body).toEqual({ text: "Fact new.", pinned: true, replaces: "old" });
});

it("forgets a fact with what it replaced, and the focus stays on the page", async () => {
  const supposed = fact("supposed", { source: "inferred" });
  await show(fact("new"), supposed, fact("other"), fact("old", { state: "superseded" }));
  await press("new", "Forget");
  const dialog = await screen.findByRole("dialog");
  await within(dialog).findByRole("switch", { name: "Also what it replaced (1 fact)" });
  await userEvent.click(within(dialog).getByRole("button", { name: "Forget" }));
  await waitFor(() => expect(screen.queryByText("Fact supposed.")).toBeNull());
  expect(screen.queryByText("Fact new.")).toBeNull();
  const ids = mocked("DELETE").mock.calls.map(([, asked]) => (asked as Asked).params.path?.id);
  expect(ids).toEqual(["old", "new"]);
  expect(document.activeElement).toBe(row("other"));
});
