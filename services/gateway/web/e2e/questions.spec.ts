import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { createBlank, expect, test, typeDocument, visit } from "./test";

/** A web service that keeps what it was sent. */
async function service() {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    void body(request).then((text) => {
      calls.push(text);
      response.setHeader("content-type", "application/json");
      response.end('{"done":true}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { calls, url: `http://127.0.0.1:${port}/orders`, close: () => server.close() };
}

async function body(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request) text += String(piece);
  return text;
}

const edge = (source: string, destination: string, source_port = "out") => ({
  source,
  source_port,
  destination,
  destination_port: "in",
});

/** Asks before it calls, then asks for a colour. */
const asking = (name: string, url: string) => ({
  name,
  nodes: [
    { id: "start", node_type: "trigger.manual", config: {} },
    {
      id: "call",
      node_type: "http_request",
      config: { method: "POST", url, body: { order: "one" } },
      approval: { title: `${name}: place the order?`, text: "It cannot be taken back." },
    },
    {
      id: "ask",
      node_type: "ask",
      config: {
        question: `${name}: which colour?`,
        form: {
          type: "object",
          required: ["colour"],
          properties: { colour: { type: "string", title: "Colour", minLength: 3 } },
        },
      },
    },
    { id: "say", node_type: "log", config: { message: "{{ input.colour }}", level: "info" } },
  ],
  edges: [edge("start", "call"), edge("call", "ask"), edge("ask", "say")],
});

async function start(page: Page, document: { name: string }): Promise<void> {
  await createBlank(page);
  await typeDocument(page, JSON.stringify(document, null, 2));
  await expect(page.getByText("No problems")).toBeVisible();
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByRole("heading", { level: 1, name: document.name })).toBeVisible();
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Start run" }).click();
  await expect(page).toHaveURL(/\/runs\/[0-9A-Z]{26}/);
}

test("a call is approved with an edit, a question answered, and the run completes", async ({ page }) => {
  const { calls, url, close } = await service();
  try {
    await start(page, asking("Order", url));
    const run = page.url();
    const waits = page.getByRole("region", { name: "What the run waits for" });
    await expect(waits).toContainText("place the order?");
    expect(calls).toEqual([]);
    await waits.getByRole("link", { name: "See the question" }).click();

    const approval = page.getByRole("article", { name: "Order: place the order?" });
    await expect(approval).toContainText("It cannot be taken back.");
    await expect(approval).toContainText(`POST ${url}`);
    await approval.getByRole("button", { name: "Edit", exact: true }).click();
    await approval.getByLabel("body", { exact: true }).fill('{ "order": "two" }');
    await approval.getByLabel("Comment (optional)").fill("two are cheaper");
    await approval.getByRole("button", { name: "Approve with changes" }).click();
    await expect(approval).toBeHidden();

    // The next question comes by itself.
    const question = page.getByRole("article", { name: "Order: which colour?" });
    await expect(question).toBeVisible();
    await question.getByRole("button", { name: "Send answer" }).click();
    await expect(question.getByLabel("Colour")).toHaveAttribute("aria-invalid", "true");
    await question.getByLabel("Colour").fill("x");
    await question.getByRole("button", { name: "Send answer" }).click();
    await expect(question.getByRole("alert")).toBeVisible();
    await expect(question.getByLabel("Colour")).toHaveAttribute("aria-invalid", "true");
    await question.getByLabel("Colour").fill("red");
    const sent = page.waitForRequest(/\/decision$/);
    await question.getByRole("button", { name: "Send answer" }).click();
    await expect(question).toBeHidden();
    // From here on the page may be left.
    await sent;

    await page.goto(run);
    const timeline = page.getByRole("region", { name: "Timeline" });
    await expect(timeline.getByRole("button", { name: /^say/ })).toContainText("Completed");
    await expect(waits).toBeHidden();
    expect(calls.map((call) => JSON.parse(call) as unknown)).toEqual([{ order: "two" }]);
    await timeline.getByRole("button", { name: /^call/ }).click();
    const decided = timeline.getByRole("region", { name: "Order: place the order?" });
    await expect(decided).toContainText("Approved, edited: You.");
    await expect(decided).toContainText("two are cheaper");

    await visit(page, "/questions?state=decided", "Questions");
    const row = page.getByRole("listitem").filter({ hasText: "Order: place the order?" });
    await expect(row).toContainText("Approved, edited");
    await expect(row).toContainText("two are cheaper");
  } finally {
    close();
  }
});

test("keys alone approve and reject", async ({ page }) => {
  const { calls, url, close } = await service();
  try {
    await start(page, asking("Keys", url));
    await visit(page, "/questions", "Questions");
    const approval = page.getByRole("article", { name: "Keys: place the order?" });
    await expect(approval).toBeVisible();
    await page.keyboard.press("j");
    await expect(approval).toBeFocused();
    await page.keyboard.press("y");
    const question = page.getByRole("article", { name: "Keys: which colour?" });
    await expect(question).toBeVisible();
    expect(calls).toHaveLength(1);
    await question.focus();
    await page.keyboard.press("e");
    await expect(question.getByLabel("Colour")).toBeFocused();
    await question.focus();
    await page.keyboard.press("n");
    await expect(question).toBeHidden();
    await page.goto("/runs");
    await expect(page.getByRole("link", { name: /Keys/ }).first()).toContainText("Failed");
  } finally {
    close();
  }
});

test("a decision that is refused comes back with the reason and what was written", async ({ page }) => {
  const { url, close } = await service();
  try {
    await start(page, asking("Late", url));
    await visit(page, "/questions", "Questions");
    const approval = page.getByRole("article", { name: "Late: place the order?" });
    await expect(approval).toBeVisible();
    await page.route("**/api/v1/questions/*/decision", (route) =>
      route.fulfill({
        status: 403,
        contentType: "application/problem+json",
        body: JSON.stringify({ code: "question.not_yours", title: "You may not decide this" }),
      }),
    );
    await approval.getByLabel("Comment (optional)").fill("fine");
    await approval.getByRole("button", { name: "Approve", exact: true }).click();
    await expect(approval.getByRole("alert")).toContainText("You may not decide this");
    await expect(approval.getByLabel("Comment (optional)")).toHaveValue("fine");
    await page.unroute("**/api/v1/questions/*/decision");
    await approval.getByRole("button", { name: "Reject", exact: true }).click();
    await expect(approval).toBeHidden();
  } finally {
    close();
  }
});

test("what a stranger chose is asked about, with the way it came, and only what is allowed is not", async ({
  page,
}) => {
  const { calls, url, close } = await service();
  const path = `follow-${Date.now()}`;
  const follow = {
    id: "follow",
    node_type: "http_request",
    config: { method: "POST", url: "{{ input.link }}" },
  };
  const nodes = [
    { id: "hook", node_type: "trigger.webhook", config: { path, auth: { kind: "none" } } },
    { id: "read", node_type: "transform", config: { output: { link: "{{ input.body.url }}" } } },
    { ...follow, allow: { url: [new URL(url).origin] } },
  ];
  const document = { name: "Follow", nodes, edges: [edge("hook", "read"), edge("read", "follow")] };
  try {
    await createBlank(page);
    await typeDocument(page, JSON.stringify({ ...document, nodes: [...nodes.slice(0, 2), follow] }, null, 2));
    await expect(page.getByText("comes from outside (hook → read)")).toBeVisible();
    await typeDocument(page, JSON.stringify(document, null, 2));
    await expect(page.getByText("No problems")).toBeVisible();
    await page.getByRole("button", { name: "Save draft" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Follow" })).toBeVisible();
    await page.getByRole("button", { name: "Publish" }).click();
    await expect(page.getByText(/^Live, version/)).toBeVisible();
    const call = (link: string) => page.request.post(`/hooks/${path}`, { data: { url: link } });
    await expect(async () => expect((await call(`${url}?allowed`)).status()).toBe(202)).toPass();
    await expect.poll(() => calls.length).toBe(1);
    await call("http://evil.example/steal");
    await visit(page, "/questions", "Questions");
    const question = page.getByRole("article").filter({ hasText: "http://evil.example/steal" });
    await expect(question).toContainText("Strangers may have chosen `url`");
    await expect(question.getByRole("listitem")).toContainText("hookread");
    await question.getByRole("button", { name: "Reject", exact: true }).click();
    await expect(question).toBeHidden();
    expect(calls.length).toBe(1);
  } finally {
    close();
  }
});
