import type { Page } from "@playwright/test";
import { checkEverywhere } from "./axe";
import { createBlank, expect, test, typeDocument } from "./test";

// axe is injected as a script, which the content policy would refuse.
test.use({ bypassCSP: true });

const edge = (source: string, source_port: string, destination: string) => ({
  source,
  source_port,
  destination,
  destination_port: "in",
});

// Small sums are logged; nobody listens where large ones are sent.
const document = {
  name: "Order desk",
  nodes: [
    { id: "start", node_type: "trigger.manual", config: {} },
    { id: "total", node_type: "transform", config: { output: { total: "{{ input.n * 2 }}" } } },
    { id: "large", node_type: "branch", config: { condition: "{{ input.total > 50 }}" } },
    { id: "order", node_type: "http_request", config: { method: "POST", url: "http://127.0.0.1:9/orders" } },
    { id: "note", node_type: "log", config: { message: "{{ input.total }}", level: "info" } },
  ],
  edges: [
    edge("start", "out", "total"),
    edge("total", "out", "large"),
    edge("large", "true", "order"),
    edge("large", "false", "note"),
  ],
};

async function ran(page: Page, input: string): Promise<void> {
  await createBlank(page);
  await typeDocument(page, JSON.stringify(document));
  await expect(page.getByText("No problems")).toBeVisible();
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByText("Unsaved changes")).toBeHidden();
  await page.getByRole("button", { name: "Run now" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Input" }).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(input);
  await dialog.getByRole("button", { name: "Start run" }).click();
  await expect(page.getByRole("button", { name: /^note/ })).toContainText("Completed");
}

test("a run is taken up from a node with another input, dry, and compared with the original", async ({
  page,
}) => {
  await ran(page, '{ "n": 10 }');
  const first = page.url();
  await page.getByRole("button", { name: /^large/ }).click();
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("Shift+R");
  const dialog = page.getByRole("dialog", { name: "Run again from “large”" });
  const forecast = dialog.getByRole("region", { name: "What would happen" });
  await expect(forecast).toContainText("3 nodes run again");
  await expect(forecast).toContainText("1 result is taken over");
  await expect(forecast).toContainText("http.request");
  await expect(dialog.getByRole("button", { name: "Run again and send 1 effect" })).toBeVisible();
  await dialog.getByText("Dry run", { exact: true }).click();
  await dialog.getByText("Begin with another input").click();
  const input = dialog.getByRole("textbox", { name: "Input" });
  await expect(input).toContainText('"total": 20');
  await input.click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText('{ "total": 99 }');
  await checkEverywhere(page);
  await dialog.getByRole("button", { name: "Start dry run" }).click();
  await expect(page).not.toHaveURL(first);
  await expect(dialog).toBeHidden();
  await expect(page.getByText("Dry run", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: /^order/ })).toContainText("Completed");

  await page.getByRole("button", { name: "Compare with original" }).click();
  const nodes = page.getByRole("list", { name: "Nodes of both runs" });
  await expect(nodes.getByRole("button", { name: /^large.*differs/ })).toBeVisible();
  await expect(nodes.getByRole("button", { name: /^total/ })).toBeHidden();
  await nodes.getByRole("button", { name: /^large/ }).click();
  await expect(page.getByRole("list", { name: "What differs in large" })).toContainText("false");
  await checkEverywhere(page);
  await page.keyboard.press("a");
  await expect(nodes.getByRole("button", { name: /^total.*the same/ })).toBeVisible();
  const left = page.getByRole("region", { name: "Left run" });
  const before = await left.textContent();
  await page.keyboard.press("x");
  await expect(left).not.toHaveText(before ?? "");
});

test("a key that ends a sequence does not act alone as well", async ({ page }) => {
  await ran(page, '{ "n": 1 }');
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("g");
  // Alone it compares, which would leave the page.
  await page.keyboard.press("d");
  await page.keyboard.press("r");
  const dialog = page.getByRole("dialog", { name: "Run it all again" });
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await page.keyboard.press("d");
  await expect(page).toHaveURL(/\/compare$/);
});

test("a node that the chosen version lacks is refused at its field", async ({ page }) => {
  await ran(page, '{ "n": 1 }');
  const run = page.url();
  await page.getByRole("link", { name: "Version 2" }).click();
  const smaller = {
    ...document,
    nodes: document.nodes.filter((node) => node.id !== "note"),
    edges: document.edges.slice(0, 3),
  };
  await typeDocument(page, JSON.stringify(smaller));
  await expect(page.getByText("No problems")).toBeVisible();
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByText("Unsaved changes")).toBeHidden();
  await page.goto(run);
  await page.getByRole("button", { name: /^note/ }).click();
  await page.getByRole("button", { name: "Run again from here…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: /Version/ }).click();
  await page.getByRole("option", { name: "Version 3" }).click();
  await expect(dialog.getByText(/Version 3 says otherwise than version 2/)).toBeVisible();
  await expect(dialog.getByText(/removed: note/)).toBeVisible();
  await dialog.getByRole("button", { name: /^Run again/ }).click();
  await expect(dialog.getByRole("alert")).toContainText("The version has no node `note`.");
});
