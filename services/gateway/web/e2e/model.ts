import type { Page } from "@playwright/test";
import { given } from "./fleet";
import { expect, open, visit } from "./test";

/** Connects the scripted model, unless an earlier test has. */
export async function connectModel(page: Page): Promise<void> {
  await open(page, "/accounts");
  if (
    await page
      .getByRole("link", { name: /scripted/ })
      .first()
      .isVisible()
  )
    return;
  await visit(page, "/accounts/new/llm", "Connect a language model");
  await page.getByRole("textbox", { name: "Address" }).fill(`${given("ST_MODEL_URL")}/v1`);
  await page.getByLabel("Model").fill("scripted");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.getByText("Working", { exact: true })).toBeVisible({ timeout: 30_000 });
}
