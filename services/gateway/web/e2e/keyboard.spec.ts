import { expect, test, visit } from "./test";

test("every section is reached by two keys", async ({ page }) => {
  await visit(page, "/inbox", "Inbox");
  for (const [keys, heading] of [
    ["gq", "Questions"],
    ["ga", "Assistant"],
    ["gm", "Memory"],
    ["gw", "Workflows"],
    ["gr", "Runs"],
    ["gc", "Accounts"],
    ["ge", "Events"],
    ["gs", "Settings"],
    ["gn", "Notifications"],
    ["gi", "Inbox"],
  ] as const) {
    await page.locator("body").press("Escape");
    for (const key of keys)
      await page
        .evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
        .then(() => page.keyboard.press(key));
    await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
  }
});

test("the palette finds a page and a command without a mouse", async ({ page }) => {
  await visit(page, "/inbox", "Inbox");
  await page.keyboard.press("ControlOrMeta+k");
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("runs");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Runs" })).toBeVisible();
  await page.keyboard.press("ControlOrMeta+k");
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("dark theme");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("the question mark shows the keys, and Escape closes them", async ({ page }) => {
  await visit(page, "/inbox", "Inbox");
  await page.keyboard.press("Shift+?");
  const overlay = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(overlay).toContainText("Next item");
  await page.keyboard.press("Escape");
  await expect(overlay).toBeHidden();
});

test("the first stop of Tab skips to the page", async ({ page }) => {
  await visit(page, "/workflows", "Workflows");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the page" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});

test("a workflow is made, published and run by keys alone", async ({ page }) => {
  await visit(page, "/workflows/new", "New workflow");
  await page.getByRole("button", { name: "Blank workflow" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "My workflow" })).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Shift+P");
  await expect(page.getByText(/^Live, version/)).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.getByRole("button", { name: "Start run" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /^say/ })).toContainText("Completed");
});

test("single keys can be switched off", async ({ page }) => {
  await visit(page, "/settings?tab=me", "Settings");
  await page.getByRole("switch", { name: "Single-key shortcuts" }).focus();
  await page.keyboard.press("Space");
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
});
