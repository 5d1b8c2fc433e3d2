import type { Page } from "@playwright/test";
import { checkEverywhere } from "./axe";
import { missing } from "./fleet";
import { connectModel } from "./model";
import { createBlank, expect, test, typeDocument, visit } from "./test";

// axe is injected as a script, which the content policy would refuse.
test.use({ bypassCSP: true });

test.beforeEach(() => {
  const absent = missing("ST_MODEL_URL");
  test.skip(absent.length > 0, `not set: ${absent.join(", ")}`);
});

const part = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

/** Opens the prompt of the node type `classify`. */
async function openClassify(page: Page): Promise<void> {
  await visit(page, "/settings?tab=prompts", "Settings");
  await page.getByRole("link", { name: /^classify/ }).click();
  await expect(page.getByRole("heading", { level: 2, name: "classify" })).toBeVisible();
}

/** The row of a version in the list of them. */
function row(page: Page, version: number) {
  const show = page.getByRole("button", { name: `Show version ${version}`, exact: true });
  return part(page, "Versions").getByRole("listitem").filter({ has: show });
}

test("a new version takes effect, and the one before is put back", async ({ page }) => {
  const added = `Mind who wrote it (${Date.now()}).`;
  // An earlier try may have left corrections: then a version is tried on them first.
  await connectModel(page);
  await openClassify(page);
  const inUse = page.getByText(/^version \d+ in production/);
  const before = Number(/\d+/.exec(await inUse.innerText())?.[0]);
  await expect(row(page, before)).toContainText("In production");

  const text = page.getByRole("textbox", { name: "Text", exact: true });
  await text.fill(`${await text.inputValue()}\n${added}`);
  await page.getByRole("button", { name: "Save as new version" }).click();
  const newest = part(page, "Versions").getByRole("listitem").first();
  await expect(newest).toContainText("In production", { timeout: 30_000 });
  await expect(row(page, before)).not.toContainText("In production");
  await expect(inUse).not.toContainText(`version ${before} in`);

  await row(page, before).getByRole("button").click();
  const dialog = page.getByRole("dialog", { name: `Version ${before}`, exact: true });
  await expect(dialog.getByRole("list", { name: /^What differs from version/ })).toContainText(added);
  await checkEverywhere(page);
  await dialog.getByRole("button", { name: "Put into production" }).click();
  await expect(dialog).toBeHidden();
  await expect(row(page, before)).toContainText("In production");
  await expect(newest).not.toContainText("In production");
  await expect(text).not.toHaveValue(new RegExp(added.replace(/[().]/g, "\\$&")));
});

test("an answer is said to be wrong, and is a correction of its prompt", async ({ page }) => {
  const comment = `It can wait (${Date.now()}).`;
  const document = {
    name: "Sort one text",
    nodes: [
      { id: "start", node_type: "trigger.manual", config: {} },
      {
        id: "sort",
        node_type: "classify",
        config: { text: "This is urgent. Please act now.", categories: ["urgent", "other"] },
      },
    ],
    edges: [{ source: "start", source_port: "out", destination: "sort", destination_port: "in" }],
  };
  await connectModel(page);
  await createBlank(page);
  await typeDocument(page, JSON.stringify(document));
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByText("Unsaved changes")).toBeHidden();
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Start run" }).click();
  await expect(page).toHaveURL(/\/runs\/[0-9A-Z]{26}/);
  const run = new URL(page.url()).pathname;
  const node = page.getByRole("region", { name: "Timeline" }).getByRole("button", { name: /^sort/ });
  await expect(node).toContainText("Completed", { timeout: 30_000 });

  await node.click();
  await page.getByRole("button", { name: "This was wrong" }).click();
  const dialog = page.getByRole("dialog", { name: "What was wrong?" });
  await dialog.getByRole("button", { name: /Part of the answer/ }).click();
  await page.getByRole("option", { name: /^category/ }).click();
  const expected = dialog.getByRole("textbox", { name: "What should be there (optional)" });
  await expected.fill("no such category");
  await dialog.getByRole("button", { name: "Say that it was wrong" }).click();
  await expect(dialog.getByRole("alert")).toContainText("no answer could be this", { ignoreCase: true });
  await expected.fill("other");
  await dialog.getByRole("textbox", { name: "Comment (optional)" }).fill(comment);
  await checkEverywhere(page);
  await dialog.getByRole("button", { name: "Say that it was wrong" }).click();
  await expect(dialog).toBeHidden();
  const said = page.getByRole("list", { name: "What was said of the answer" });
  await expect(said).toContainText("category should be other");
  await checkEverywhere(page);

  await openClassify(page);
  const correction = part(page, "Corrections").getByRole("listitem").filter({ hasText: comment });
  await expect(correction).toContainText("other");
  await checkEverywhere(page);
  await expect(correction.getByRole("link", { name: "See the run" })).toHaveAttribute("href", run);
});
