import { given, missing } from "./fleet";
import { expect, test, visit } from "./test";

test("a setting that cannot be is refused at its field", async ({ page }) => {
  await visit(page, "/accounts/new/imap", "Connect a mailbox");
  await page.getByLabel("Server").fill("not a host");
  await page.getByLabel("User name").fill("ada");
  await page.getByLabel("Password").fill("secret");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.getByLabel("Server")).toHaveAttribute("aria-invalid", "true");
  await expect(page).toHaveURL(/accounts\/new/);
});

test("what is required is asked for before anything is sent", async ({ page }) => {
  await visit(page, "/accounts/new/llm", "Connect a language model");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "Address" })).toHaveAttribute("aria-invalid", "true");
});

test("a mailbox with a wrong password says so, and can be removed", async ({ page }) => {
  const absent = missing("ST_IMAP_HOST", "ST_IMAP_PORT", "ST_IMAP_USER");
  test.skip(absent.length > 0, `not set: ${absent.join(", ")}`);
  await visit(page, "/accounts/new/imap", "Connect a mailbox");
  await page.getByLabel("Server").fill(given("ST_IMAP_HOST") ?? "");
  await page.getByLabel("Port").fill(given("ST_IMAP_PORT") ?? "");
  await chooseEncryption(page);
  await page.getByLabel("User name").fill(given("ST_IMAP_USER") ?? "");
  await page.getByLabel("Password").fill("not the password");
  await page.getByLabel("Name (optional)").fill("Wrong password");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Wrong password" })).toBeInViewport();
  await expect(page.getByText("Sign-in needed")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByLabel("Password")).toHaveValue("");

  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Accounts" })).toBeVisible();
  await expect(page.getByRole("link", { name: /Wrong password/ })).toBeHidden();
});

async function chooseEncryption(page: import("@playwright/test").Page): Promise<void> {
  const names: Record<string, string> = { starttls: "STARTTLS", none: "None (only on your own machine)" };
  const name = names[given("ST_IMAP_TLS") ?? "implicit"];
  if (!name) return;
  await page.getByRole("button", { name: /Encryption/ }).click();
  await page.getByRole("option", { name }).click();
}
