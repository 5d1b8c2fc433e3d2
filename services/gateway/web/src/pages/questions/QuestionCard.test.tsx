// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { beforeEach, expect, it, vi } from "vitest";
import { api } from "../../api/client";
import type { Question } from "../../api/types";
import { QuestionCard } from "./QuestionCard";

vi.mock("@tanstack/react-router", async (original) => ({
  ...(await original<object>()),
  Link: ({ children }: { children: ReactNode }) => <span>{children}</span>,
}));
vi.mock("../../api/client", async (original) => ({
  ...(await original<object>()),
  api: { POST: vi.fn(), GET: vi.fn() },
}));

const post = vi.mocked(api.POST) as unknown as ReturnType<typeof vi.fn>;
beforeEach(() => post.mockReset());

const request = { account_id: "a", to: ["b@c.d"], subject: "Hello", text: "Dear B" };
const question: Question = {
  id: "q",
  kind: "approval",
  title: "Send this reply?",
  text: "The first to this customer.",
  about: { kind: "effect", protocol: "smtp", operation: "send", request, hash: "h" },
  run_id: "r",
  workflow_id: "w",
  workflow_name: "Replies",
  node: "send",
  iteration: [],
  tainted: [],
  asked_at: "2026-11-22T00:00:00Z",
  deadline: null,
  assignees: [],
  mine: true,
  decision: null,
  decided_at: null,
  decided_by: null,
  comment: "",
};
const form: Partial<Question> = {
  kind: "clarification",
  about: {
    kind: "form",
    form: {
      type: "object",
      required: ["colour"],
      properties: { colour: { type: "string", title: "Colour" } },
    },
  },
};

function show(change: Partial<Question> = {}) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <QuestionCard question={{ ...question, ...change }} />
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

const sent = () => post.mock.calls[0]?.[1] as { body: unknown };
const refused = (status: number, problem: object) => ({
  error: problem,
  response: new Response(null, { status }),
});
const taken = { data: { ...question, decision: "approve" }, response: new Response("{}", { status: 200 }) };

it("is gone at once when it is decided, and back with the reason and the comment when that is refused", async () => {
  let refuse: (answer: unknown) => void = () => undefined;
  post.mockReturnValue(new Promise((resolve) => (refuse = resolve)));
  const user = show();
  await user.type(screen.getByLabelText("Comment (optional)"), "go ahead");
  await user.click(screen.getByRole("button", { name: "Approve" }));
  await waitFor(() => expect(screen.queryByRole("article")).toBeNull());
  expect(screen.getByText("Approved.")).toBeTruthy();

  refuse(refused(403, { detail: "others are asked, or it is your own request" }));
  expect((await screen.findByRole("alert")).textContent).toContain("Others are asked");
  expect(screen.getByRole("article", { name: "Send this reply?" })).toBe(document.activeElement);
  expect(screen.getByLabelText("Comment (optional)")).toHaveProperty("value", "go ahead");
});

it("shows what strangers may have chosen, and how it came", () => {
  const way = ["mail", "read"].map((node) => ({ run_id: "r", node }));
  show({ tainted: [{ argument: "to", way }] });
  const notice = screen.getByText(/Strangers may have chosen/).closest("li");
  expect(notice?.textContent).toBe("Strangers may have chosen `to`: it came from outside.mailread");
});

it("sends an edit whole, bound to what was shown", async () => {
  post.mockResolvedValue(taken);
  const user = show();
  await user.click(screen.getByRole("button", { name: "Edit" }));
  const subject = screen.getByLabelText("subject");
  await user.clear(subject);
  await user.type(subject, "Good day");
  await user.click(screen.getByRole("button", { name: "Approve with changes" }));
  expect(sent().body).toEqual({
    decision: "edit",
    hash: "h",
    value: { ...request, subject: "Good day" },
    comment: "",
  });
});

it("marks what is missing in an answer, and sends it only then", async () => {
  post.mockResolvedValue(taken);
  const user = show(form);
  await user.click(screen.getByRole("button", { name: "Send answer" }));
  expect(screen.getByText("Fill this in.")).toBeTruthy();
  expect(post).not.toHaveBeenCalled();
  await user.type(screen.getByLabelText("Colour"), "red");
  await user.click(screen.getByRole("button", { name: "Send answer" }));
  expect(sent().body).toEqual({ decision: "respond", value: { colour: "red" }, comment: "" });
});

it("shows the server's word on a field beside it, with what was written", async () => {
  const errors = [{ pointer: "/value/colour", code: "question.unfit", message: "it is no colour" }];
  post.mockResolvedValue(refused(422, { title: "The answer does not fit the form", errors }));
  const user = show(form);
  await user.type(screen.getByLabelText("Colour"), "loud");
  await user.click(screen.getByRole("button", { name: "Send answer" }));
  const field = await screen.findByLabelText("Colour");
  await waitFor(() => expect(field.getAttribute("aria-invalid")).toBe("true"));
  expect(field).toHaveProperty("value", "loud");
});

it("offers nothing to those who may not decide", () => {
  show({ mine: false });
  expect(screen.queryByRole("button", { name: "Approve" })).toBeNull();
  expect(screen.getByText(/Others decide this/)).toBeTruthy();
});
