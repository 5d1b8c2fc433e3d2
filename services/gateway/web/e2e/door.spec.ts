import { ada, given } from "./fleet";
import { expect, test } from "./test";

test("a wrong password is refused with a sentence", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(ada.email);
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText(/password/i);
  await expect(page).toHaveURL(/sign-in/);
});

test("signing in leads back to the page that was asked for, and signing out ends the session", async ({
  page,
}) => {
  await page.goto("/workflows");
  await expect(page).toHaveURL(/sign-in\?next=/);
  await page.getByLabel("E-mail").fill(ada.email);
  await page.getByLabel("Password").fill(ada.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Workflows" })).toBeVisible();

  await page
    .getByRole("button", { name: new RegExp(ada.name) })
    .first()
    .click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/sign-in/);
  await page.goto("/inbox");
  await expect(page).toHaveURL(/sign-in/);
});

test("the one-time link works once", async ({ page }) => {
  const link = given("ST_SETUP_URL");
  test.skip(!link, "ST_SETUP_URL is not set");
  await page.goto(link ?? "");
  await expect(page).toHaveURL(/sign-in/);
});

test("a session that ends while a page is open asks for the password above it", async ({ page, context }) => {
  await page.goto("/sign-in?next=/settings");
  await page.getByLabel("E-mail").fill(ada.email);
  await page.getByLabel("Password").fill(ada.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
  await context.clearCookies();
  await page.getByRole("tab", { name: "Prompts" }).click();
  const dialog = page.getByRole("dialog", { name: "Your session ended" });
  await dialog.getByLabel("Password").fill(ada.password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL(/settings/);
});
