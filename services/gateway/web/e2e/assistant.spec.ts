import { missing, scriptCall, scriptModel } from "./fleet";
import { connectModel } from "./model";
import { createBlank, expect, test, typeDocument, visit } from "./test";

const words = Array.from({ length: 60 }, (_, index) => `word${index}`).join(" ");

test("an answer streams in, and a reload in the middle loses nothing", async ({ page }) => {
  const absent = missing("ST_MODEL_URL");
  test.skip(absent.length > 0, `not set: ${absent.join(", ")}`);
  await connectModel(page);
  await scriptModel(words, 60);
  await visit(page, "/assistant", "Assistant");
  await page.getByRole("textbox", { name: "Write a message" }).fill("Count some words for me");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/assistant\/[0-9A-Z]{26}/);
  const messages = page.getByRole("list", { name: "Messages" });
  const answer = messages.getByRole("listitem").filter({ hasText: "word0" });
  await expect(answer).toContainText("word10", { timeout: 20_000 });
  await expect(answer).not.toContainText("word59");
  await page.reload();
  await expect(answer).toContainText("word12", { timeout: 10_000 });
  await expect(answer).toContainText(words, { timeout: 30_000 });
  await page.reload();
  await expect(answer).toContainText(words);
  await expect(messages.getByRole("listitem")).toHaveText([/Count some words for me/, /word0.*word59/]);
});

/** A workflow that the assistant may call, and that changes something outside. */
const orders = {
  name: "Order coffee",
  description: "Orders coffee for the office.",
  nodes: [
    {
      id: "called",
      node_type: "trigger.workflow",
      config: {
        input_schema: { type: "object", properties: { bags: { type: "integer" } }, required: ["bags"] },
      },
    },
    {
      id: "order",
      node_type: "http_request",
      config: { method: "POST", url: "http://127.0.0.1:9/orders", body: "{{ input }}" },
    },
  ],
  edges: [{ source: "called", source_port: "out", destination: "order", destination_port: "in" }],
};

test("what the assistant wants to do waits for the person, and can be traced", async ({ page }) => {
  const absent = missing("ST_MODEL_URL");
  test.skip(absent.length > 0, `not set: ${absent.join(", ")}`);
  await connectModel(page);
  await createBlank(page);
  await typeDocument(page, JSON.stringify(orders, null, 2));
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByRole("heading", { level: 1, name: orders.name })).toBeVisible();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByText(/^Live, version/)).toBeVisible();

  await scriptCall("order_coffee", { bags: 3 });
  await visit(page, "/assistant", "Assistant");
  await page.getByRole("textbox", { name: "Write a message" }).fill("Order three bags of coffee");
  await page.keyboard.press("Enter");
  const question = page.getByRole("article", { name: "assistant: order_coffee" });
  await expect(question).toContainText("bags:3", { timeout: 20_000 });
  await scriptModel("All right, I leave it.", 1);
  await question.getByRole("button", { name: "Reject" }).click();
  const messages = page.getByRole("list", { name: "Messages" });
  await expect(messages).toContainText("All right, I leave it.", { timeout: 20_000 });

  await messages.getByRole("link", { name: "How this came about" }).click();
  await expect(page).toHaveURL(/\/runs\/[0-9A-Z]{26}/);
  const timeline = page.getByRole("region", { name: "Timeline" });
  await timeline
    .getByRole("button", { name: /^assistant/ })
    .first()
    .click();
  await expect(timeline).toContainText("Round 1");
  await expect(timeline).toContainText("order_coffee");
  await expect(timeline).toContainText("All right, I leave it.");
});

test("an answer can be stopped", async ({ page }) => {
  const absent = missing("ST_MODEL_URL");
  test.skip(absent.length > 0, `not set: ${absent.join(", ")}`);
  await connectModel(page);
  await scriptModel(words, 200);
  await visit(page, "/assistant", "Assistant");
  await page.getByRole("textbox", { name: "Write a message" }).fill("Count slowly");
  await page.keyboard.press("Enter");
  const messages = page.getByRole("list", { name: "Messages" });
  await expect(messages).toContainText("word3", { timeout: 20_000 });
  await page.getByRole("button", { name: "Stop the answer" }).click();
  await expect(messages).toContainText("The answer was stopped.");
  await expect(messages).not.toContainText("word59");
});

test("without a model the page says what is missing and how to add it", async ({ page }) => {
  await page.route("**/api/v1/system/status", async (route) => {
    const checks = [
      { id: "llm", name: "Language model", state: "missing", detail: "No model is connected." },
    ];
    await route.fulfill({ json: { version: "test", checks } });
  });
  await visit(page, "/assistant", "Assistant");
  await expect(page.getByRole("heading", { name: "No model is connected yet" })).toBeVisible();
  await page.getByRole("link", { name: "Connect a model" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Connect a language model" })).toBeVisible();
});
