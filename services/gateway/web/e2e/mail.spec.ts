import { given, missing, sendMail } from "./fleet";
import { expect, test, visit } from "./test";
import type { Page } from "@playwright/test";

// The product's main job, by hand: connect, publish, receive, read, look at the run.
test.describe.configure({ mode: "serial" });

test.beforeEach(() => {
  const absent = missing(
    "ST_IMAP_HOST",
    "ST_IMAP_PORT",
    "ST_IMAP_USER",
    "ST_IMAP_PASSWORD",
    "ST_SMTP_HOST",
    "ST_SMTP_PORT",
    "ST_MODEL_URL",
  );
  test.skip(absent.length > 0, `not set: ${absent.join(", ")}`);
});

async function connected(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.getByText("Working", { exact: true })).toBeVisible({ timeout: 30_000 });
}

test("a model and a mailbox are connected", async ({ page }) => {
  await visit(page, "/accounts/new/llm", "Connect a language model");
  await page.getByRole("textbox", { name: "Address" }).fill(`${given("ST_MODEL_URL")}/v1`);
  await page.getByLabel("Model").fill("scripted");
  await connected(page);

  await visit(page, "/accounts/new/imap", "Connect a mailbox");
  await page.getByLabel("Server").fill(given("ST_IMAP_HOST") ?? "");
  await page.getByLabel("Port").fill(given("ST_IMAP_PORT") ?? "");
  if (given("ST_IMAP_TLS") && given("ST_IMAP_TLS") !== "implicit") {
    await page.getByRole("button", { name: /Encryption/ }).click();
    await page.getByRole("option", { name: given("ST_IMAP_TLS") === "none" ? /^None/ : "STARTTLS" }).click();
  }
  await page.getByLabel("User name").fill(given("ST_IMAP_USER") ?? "");
  await page.getByLabel("Password").fill(given("ST_IMAP_PASSWORD") ?? "");
  const fingerprint = given("ST_IMAP_CERT_SHA256");
  if (fingerprint) await page.getByLabel(/Certificate fingerprint/).fill(fingerprint);
  await connected(page);
});

test("the triage template is published", async ({ page }) => {
  await visit(page, "/workflows/new", "New workflow");
  await page.getByRole("button", { name: "Use the template Notify me of urgent mail" }).click();
  const dialog = page.getByRole("dialog", { name: "Notify me of urgent mail" });
  await dialog.getByRole("button", { name: /Only mail of this account/ }).click();
  await page
    .getByRole("option", { name: given("ST_IMAP_USER") })
    .first()
    .click();
  await dialog.getByRole("button", { name: "Create workflow" }).click();
  await expect(page.getByText("No problems")).toBeVisible();
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText(/^Live, version/)).toBeVisible();
});

test("a mail that arrives shows with its category, notifies, and leads to its run", async ({ page }) => {
  await visit(page, "/inbox", "Inbox");
  const subject = `Urgent: the disk is full ${Date.now()}`;
  await sendMail({ subject, text: "This is urgent. Please act now." });
  // No reload: the page hears of it.
  const row = page.getByRole("link", { name: new RegExp(subject) });
  await expect(row).toBeVisible({ timeout: 45_000 });
  await expect(row).toContainText(/urgent\s*\d+\s*%/i, { timeout: 45_000 });
  await expect(page.getByRole("button", { name: /Notifications, \d+ unread/ }).first()).toBeVisible();

  await row.click();
  const item = page.getByRole("article");
  await expect(item).toContainText("Please act now.");
  await expect(item).toContainText("with a confidence of");
  await item.getByRole("link", { name: "See the run", exact: true }).click();
  await expect(page).toHaveURL(/\/runs\//);
  await expect(page.getByRole("button", { name: /^classify/ })).toContainText("Completed");
});

test("triage by keys: open, archive, undo", async ({ page }) => {
  await visit(page, "/inbox", "Inbox");
  const rows = page.getByRole("list", { name: "Items" }).getByRole("link");
  await expect(rows.first()).toBeVisible();
  await page.keyboard.press("j");
  await expect(page).toHaveURL(/\/inbox\/[0-9A-Z]{26}/);
  await page.keyboard.press("e");
  await expect(page.getByText("Archived.")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(rows.first()).toBeVisible();
});
