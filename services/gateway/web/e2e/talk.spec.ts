import { check } from "./axe";
import { missing, scriptCall, scriptModel } from "./fleet";
import { connectModel } from "./model";
import { createBlank, expect, test, typeDocument, visit } from "./test";
import type { Locator, Page } from "@playwright/test";

// axe is injected as a script, which the content policy would refuse.
test.use({ bypassCSP: true });

test.beforeEach(() => {
  const absent = missing("ST_MODEL_URL");
  test.skip(absent.length > 0, `not set: ${absent.join(", ")}`);
});

const messages = (page: Page) => page.getByRole("list", { name: "Messages" });
const field = (page: Page) => page.getByRole("textbox", { name: "Write a message" });

/** Asks, and waits until the answer is whole. */
async function answered(page: Page, question: string, says: string): Promise<Locator> {
  await field(page).fill(question);
  await page.keyboard.press("Enter");
  return whole(page, says);
}

/** The answer that says this, once it is whole. */
async function whole(page: Page, says: string): Promise<Locator> {
  const answer = messages(page).locator(":scope > li").filter({ hasText: says });
  await expect(answer.getByRole("link", { name: "How this came about" })).toBeVisible({ timeout: 20_000 });
  return answer;
}

test("what was done is answered from runs that exist, with links to them", async ({ page }) => {
  const name = `Water the plants ${Date.now()}`;
  await connectModel(page);
  await createBlank(page);
  const document = {
    name,
    nodes: [
      { id: "start", node_type: "trigger.manual", config: {} },
      { id: "done", node_type: "log", config: { message: "two litres", level: "info" } },
    ],
    edges: [{ source: "start", source_port: "out", destination: "done", destination_port: "in" }],
  };
  await typeDocument(page, JSON.stringify(document));
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByText("Unsaved changes")).toBeHidden();
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Start run" }).click();
  await expect(page).toHaveURL(/\/runs\/[0-9A-Z]{26}/);
  const run = new URL(page.url()).pathname;
  await expect(page.getByRole("button", { name: /^done/ })).toContainText("Completed");

  await scriptCall("search_runs", { workflow: name, limit: 5 });
  await scriptModel("I watered the plants once.", 1);
  await visit(page, "/assistant", "Assistant");
  const answer = await answered(
    page,
    `What did you do last week, and why? (${name})`,
    "I watered the plants once.",
  );
  const sources = answer.getByRole("region", { name: "Found for this answer" });
  const link = sources.getByRole("link", { name: new RegExp(name) });
  await expect(link).toHaveAttribute("href", run);
  await check(page);
  await link.click();
  await expect(page).toHaveURL(new RegExp(run));
  await expect(page.getByRole("button", { name: /^done/ })).toContainText("Completed");
});

test("a message is written anew and asked again, and every branch is kept", async ({ page }) => {
  test.slow(true, "it talks with the assistant five times");
  await connectModel(page);
  await scriptModel("It is warm in Rome.", 1);
  await visit(page, "/assistant", "Assistant");
  await answered(page, "Where is it warm?", "It is warm in Rome.");
  await scriptModel("Rome has many cats.", 1);
  const second = await answered(page, "Tell me more", "Rome has many cats.");

  await scriptModel("Rome has many hills.", 1);
  await second.getByRole("button", { name: "Ask again" }).click();
  await whole(page, "Rome has many hills.");
  await expect(messages(page)).not.toContainText("Rome has many cats.");
  const versions = page.getByRole("group", { name: "Versions of this message" });
  await expect(versions).toContainText("2/2");
  await versions.getByRole("button", { name: "Previous version" }).press("Enter");
  await expect(messages(page)).toContainText("Rome has many cats.");
  await expect(messages(page)).not.toContainText("Rome has many hills.");
  await expect(versions).toContainText("1/2");
  await expect(versions.getByRole("button", { name: "Previous version" })).toBeFocused();
  await page.reload();
  await expect(messages(page)).toContainText("Rome has many cats.");

  // The branch that is shown goes on, not the newest one.
  await scriptModel("They sleep all day.", 1);
  await answered(page, "And the cats?", "They sleep all day.");
  await expect(messages(page)).toContainText("Rome has many cats.");

  await scriptModel("It is cold in Oslo.", 1);
  await page.getByRole("button", { name: "Edit and send again" }).first().click();
  const edited = page.getByRole("textbox", { name: "Your message, edited" });
  await expect(edited).toHaveValue("Where is it warm?");
  await check(page);
  await edited.fill("Where is it cold?");
  await page.keyboard.press("Enter");
  await whole(page, "It is cold in Oslo.");
  await expect(messages(page).locator(":scope > li")).toHaveText([
    /Where is it cold\?.*2\/2/,
    /It is cold in Oslo\./,
  ]);
  await check(page);
});

test("a conversation is renamed and found by what was said in it", async ({ page }) => {
  const stamp = String(Date.now());
  await connectModel(page);
  await scriptModel("Bergen it is.", 1);
  await visit(page, "/assistant", "Assistant");
  await answered(page, `Where does it rain? ${stamp}`, "Bergen it is.");
  await page.getByRole("button", { name: "Rename the conversation" }).click();
  const dialog = page.getByRole("dialog", { name: "Rename the conversation" });
  await dialog.getByRole("textbox", { name: "Title" }).fill(`Rain ${stamp}`);
  await dialog.getByRole("button", { name: "Save title" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("heading", { name: `Rain ${stamp}` })).toBeVisible();
  const list = page.getByRole("region", { name: "Conversations" });
  await list.getByRole("searchbox", { name: "Search conversations" }).fill(`RAIN? ${stamp}`);
  await expect(list.getByRole("listitem")).toHaveText([new RegExp(`Rain ${stamp}`)]);
  await list.getByRole("searchbox", { name: "Search conversations" }).fill("nobody says this");
  await expect(list.getByText("No conversation has these words.")).toBeVisible();
});

test("a file goes along with a message, is read by the model, and can be taken back before", async ({
  page,
}) => {
  await connectModel(page);
  await scriptModel("Milk and bread.", 1);
  await visit(page, "/assistant", "Assistant");
  const list = { name: "list.txt", mimeType: "text/plain", buffer: Buffer.from("milk, bread") };
  const other = { name: "wrong.txt", mimeType: "text/plain", buffer: Buffer.from("nothing") };
  await page.getByLabel("Files to attach").setInputFiles([list, other]);
  await page.getByRole("button", { name: "Remove wrong.txt" }).click();
  const chosen = page.getByRole("list", { name: "Files for this message" });
  await expect(chosen.getByRole("listitem")).toHaveText(["list.txt"]);
  await answered(page, "What do I need?", "Milk and bread.");
  const sent = messages(page).getByRole("list", { name: "Attached files" });
  await expect(sent.getByRole("link", { name: "list.txt" })).toBeVisible();
  await check(page);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    sent.getByRole("link", { name: "list.txt" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("list.txt");
  // What the model was asked is in the run.
  await page.getByRole("link", { name: "How this came about" }).click();
  await page
    .getByRole("button", { name: /^assistant/ })
    .first()
    .click();
  await expect(page.getByText("attached: list.txt (text/plain, 11 bytes)").first()).toBeVisible();
});

test("a wish becomes a draft from a recipe, changed and published where the person agrees", async ({
  page,
}) => {
  const text = `Water the plants ${Date.now()}`;
  await connectModel(page);
  await scriptCall("workflow_from_recipe", {
    recipe: "remind",
    name: text,
    text,
    every: "weekday",
    at: "07:30",
  });
  await scriptModel("It reminds you on weekdays.", 1);
  await visit(page, "/assistant", "Assistant");
  await answered(page, `Remind me: ${text}`, "It reminds you on weekdays.");
  const drafted = await page.request.get("/api/v1/workflows?limit=50");
  const { items } = (await drafted.json()) as { items: { id: string; name: string }[] };
  const id = items.find(({ name }) => name === text)?.id;

  // What is to be changed is shown in the conversation, and done when the person agrees.
  const step = { op: "set", id: "tell", pointer: "/config/title", value: "Plants" };
  await scriptCall("change_workflow", { workflow_id: id, changes: [step] });
  await scriptCall("publish_workflow", { workflow_id: id });
  await scriptModel("It says Plants now, and runs.", 1);
  await field(page).fill("Call it Plants, and let it run");
  await page.keyboard.press("Enter");
  const asked = (tool: string) => messages(page).getByRole("article", { name: `assistant: ${tool}` });
  const agree = (tool: string) => asked(tool).getByRole("button", { name: "Approve", exact: true }).click();
  await expect(asked("change_workflow")).toContainText("Plants");
  await agree("change_workflow");
  await agree("publish_workflow");
  await whole(page, "It says Plants now, and runs.");
  await page.goto(`/workflows/${id}?tab=document`);
  await expect(page.getByText(/^Live, version 2/)).toBeVisible();
  await expect(page.getByText('"title": "Plants"').first()).toBeVisible();
});
