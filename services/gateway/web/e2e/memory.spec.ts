import type { Locator, Page } from "@playwright/test";
import { check, checkEverywhere } from "./axe";
import { missing, scriptCall, scriptModel } from "./fleet";
import { connectModel } from "./model";
import { expect, test, visit } from "./test";

// axe is injected as a script, which the content policy would refuse.
test.use({ bypassCSP: true });

test.beforeEach(() => {
  const absent = missing("ST_MODEL_URL");
  test.skip(absent.length > 0, `not set: ${absent.join(", ")}`);
});

const tellField = (page: Page) => page.getByRole("textbox", { name: "Tell the assistant something" });
const waiting = (page: Page) => page.getByRole("region", { name: "Waits for you" });
const held = (page: Page) => page.getByRole("region", { name: "What it knows" });
const fact = (within: Page | Locator, text: string) => within.getByRole("article", { name: text });

async function tell(page: Page, text: string): Promise<void> {
  await tellField(page).fill(text);
  await page.getByRole("button", { name: "Remember", exact: true }).click();
}

/** Asks in the conversation that is open, or in a new one; the answer, once it is whole. */
async function answered(page: Page, question: string, says: string): Promise<Locator> {
  await page.getByRole("textbox", { name: "Write a message" }).fill(question);
  await page.keyboard.press("Enter");
  const answer = answerOf(page, says);
  await expect(answer.getByRole("link", { name: "How this came about" })).toBeVisible({ timeout: 20_000 });
  return answer;
}

/** The answer that says this; facts under an answer are a list as well. */
function answerOf(page: Page, says: string): Locator {
  return page.getByRole("list", { name: "Messages" }).locator(":scope > li").filter({ hasText: says });
}

/** The model keeps something in its own words. */
async function supposes(page: Page, question: string, supposition: string, says: string): Promise<void> {
  await scriptCall("remember", { fact: supposition });
  await scriptModel(says, 1);
  await answered(page, question, says);
}

test("what is told is known, corrected, and forgotten with what came of it", async ({ page }) => {
  test.slow(true, "it talks with the assistant three times");
  // Told apart from what an earlier try has left.
  const stamp = Date.now();
  const cats = `I have two cats (${stamp}).`;
  const corrected = `I have three cats (${stamp}).`;
  const likes = `Likes animals (${stamp}).`;
  const birds = `Keeps birds (${stamp}).`;
  await connectModel(page);

  await visit(page, "/memory", "Memory");
  await page.getByRole("button", { name: "Remember", exact: true }).click();
  await expect(tellField(page)).toHaveAttribute("aria-invalid", "true");
  await expect(tellField(page)).toBeFocused();
  await tell(page, cats);
  await expect(fact(held(page), cats)).toContainText("You said it");
  await expect(tellField(page)).toHaveValue("");
  await tell(page, cats);
  await expect(page.getByText(/^It knows this already/)).toBeVisible();
  await expect(tellField(page)).toHaveAttribute("aria-invalid", "true");
  await checkEverywhere(page);
  await tellField(page).fill("");

  const search = page.getByRole("searchbox", { name: "Search what it knows" });
  await search.fill("nobody says this");
  await expect(page.getByText("Nothing that it knows has these words.")).toBeVisible();
  await search.fill(`TWO cats (${stamp}`);
  await expect(fact(held(page), cats)).toBeVisible();
  await search.fill("");
  await fact(held(page), cats).getByRole("button", { name: /^Pin/ }).click();
  await expect(fact(held(page), cats)).toContainText("Pinned");
  await fact(held(page), cats).getByRole("button", { name: "Unpin" }).click();
  await expect(fact(held(page), cats)).not.toContainText("Pinned");

  await scriptModel("There are two of them.", 1);
  await visit(page, "/assistant", "Assistant");
  const answer = await answered(page, "How many cats are mine?", "There are two of them.");
  const conversation = page.url();
  const receipt = answer.getByRole("list", { name: "What the answer could rest on" });
  const disclosure = answer.getByText(/^Could rest on \d+ things? from memory$/);
  for (const width of [1360, 390]) {
    await page.setViewportSize({ width, height: 860 });
    await expect(receipt).toBeHidden();
    await disclosure.click();
    await expect(receipt.getByRole("listitem").filter({ hasText: cats })).toContainText("You said it");
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect.soft(over).toBeLessThanOrEqual(0);
    await check(page);
  }
  await page.setViewportSize({ width: 1360, height: 860 });
  await supposes(page, "The neighbours' dog visits me", likes, "How nice of the dog.");
  await supposes(page, "And there is a nest outside", birds, "May it hatch well.");
  await disclosure.click();
  await answer.getByRole("link", { name: "See all that it knows" }).click();

  await expect(fact(waiting(page), birds)).toContainText("Supposed");
  await expect(fact(waiting(page), likes).getByRole("link", { name: "How it learned this" })).toBeVisible();
  await checkEverywhere(page);
  await fact(waiting(page), likes).getByRole("button", { name: "Confirm" }).click();
  await expect(fact(held(page), likes)).toContainText("You said it");
  await expect(fact(waiting(page), likes)).toBeHidden();
  await expect(page.locator("article:focus")).toBeVisible();

  await fact(held(page), cats).getByRole("button", { name: "Correct" }).click();
  const edit = page.getByRole("dialog", { name: "Correct what it knows" });
  const instead = edit.getByRole("textbox", { name: "What holds instead" });
  await expect(instead).toHaveValue(cats);
  await instead.fill("x".repeat(501));
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(instead).toHaveAttribute("aria-invalid", "true");
  await expect(edit.getByText("At most 500 characters: this has 501.")).toBeVisible();
  await instead.fill(corrected);
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(edit).toBeHidden();
  await expect(fact(held(page), corrected)).toBeFocused();
  await expect(fact(held(page), cats)).toBeHidden();
  await page.getByText("What no longer holds", { exact: true }).click();
  await expect(fact(page, cats)).toBeVisible();

  const toHistory = fact(held(page), corrected).getByRole("button", { name: "History" });
  await toHistory.click();
  const history = page.getByRole("dialog", { name: "History" });
  await expect(history.getByRole("listitem")).toHaveText([/two cats.*No longer holds/, /three cats.*Holds/]);
  await checkEverywhere(page);
  await page.keyboard.press("Escape");
  await expect(toHistory).toBeFocused();

  await fact(held(page), corrected).getByRole("button", { name: "Forget" }).click();
  const forget = page.getByRole("dialog", { name: "Forget this?" });
  await expect(forget).toContainText("This cannot be undone.");
  await expect(forget.getByRole("switch", { name: "Also what it replaced (1 fact)" })).toBeChecked();
  await checkEverywhere(page);
  await forget.getByRole("button", { name: "Forget" }).click();
  await expect(page.getByText("Forgotten, along with 1 supposition. Nothing of them is left.")).toBeVisible();
  await expect(forget).toBeHidden();
  for (const gone of [corrected, cats, birds]) await expect(fact(page, gone)).toHaveCount(0);
  await expect(fact(held(page), likes)).toBeFocused();

  await page.goto(conversation);
  await expect(answerOf(page, "There are two of them.")).toBeVisible();
  await expect(page.getByRole("list", { name: "Messages" })).not.toContainText(String(stamp));

  await visit(page, "/memory", "Memory");
  await fact(held(page), likes).getByRole("button", { name: "Forget" }).click();
  await forget.getByRole("button", { name: "Forget" }).click();
  await expect(page.getByText("Forgotten. Nothing of it is left.")).toBeVisible();
  await expect(fact(page, likes)).toHaveCount(0);
});
