import { createBlank, expect, test, visit } from "./test";

test("events show live, can be narrowed, paused and read", async ({ page, context }) => {
  await visit(page, "/events", "Events");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "workflow.>", exact: true }).click();
  await expect(page).toHaveURL(/subject=workflow/);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();

  const other = await context.newPage();
  await createBlank(other);
  await page.bringToFront();
  const list = page.getByRole("list", { name: "Events, newest first" });
  const saved = list.getByRole("button", { name: /workflow\.saved/ }).first();
  await expect(saved).toBeVisible();
  await saved.click();
  await expect(page.getByRole("complementary", { name: "workflow.saved" })).toContainText("My workflow");

  await page.getByRole("button", { name: "Pause" }).click();
  await other.bringToFront();
  await createBlank(other);
  await page.bringToFront();
  await expect(page.getByText(/Paused, \d+ new/)).toBeVisible();
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await other.close();
});

test("a pattern that cannot be is refused with the reason", async ({ page }) => {
  await visit(page, "/events", "Events");
  await page.getByRole("textbox", { name: "Subject" }).fill("a..b");
  await expect(page.getByText("There is nothing between two dots.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Apply" })).toBeDisabled();
});
