import { checkEverywhere } from "./axe";
import { createBlank, expect, test, visit } from "./test";

// axe is injected as a script, which the content policy would refuse.
test.use({ bypassCSP: true });

test("a rule of the tenant is refused at its field, made, changed and removed", async ({ page }) => {
  await visit(page, "/settings?tab=rules", "Settings");
  await expect(page.getByRole("heading", { name: "Workflows decide for themselves" })).toBeVisible();
  await page.keyboard.press("n");
  const dialog = page.getByRole("dialog", { name: "New rule" });
  await dialog.getByLabel("Unless this sure, in percent (optional)").fill("lots");
  await dialog.getByLabel("When (optional)").fill("input.total >");
  await dialog.getByRole("button", { name: "Save rule" }).click();
  const sure = dialog.getByLabel("Unless this sure, in percent (optional)");
  await expect(sure).toHaveAttribute("aria-invalid", "true");
  await sure.fill("95");
  await dialog.getByRole("button", { name: "Save rule" }).click();
  await expect(dialog.getByLabel("When (optional)")).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByText(/^Expected one expression/)).toBeVisible();
  await dialog.getByLabel("When (optional)").fill("{{ input.body.total > 100 }}");
  await dialog.getByText("smtp.send", { exact: true }).click();
  await checkEverywhere(page);
  await dialog.getByRole("button", { name: "Save rule" }).click();
  await expect(dialog).toBeHidden();
  const rules = page.getByRole("region", { name: "Approval rules" });
  await expect(rules.getByRole("listitem")).toContainText("Not when the workflow is at least 95% sure.");
  await page.reload();
  await expect(rules.getByRole("listitem")).toContainText("{{ input.body.total > 100 }}");
  await checkEverywhere(page);

  await page.getByRole("button", { name: "Edit rule 1" }).click();
  await page.getByLabel("What they should know (optional)").fill("Mind the budget.");
  await page.getByRole("button", { name: "Save rule" }).click();
  await expect(rules.getByRole("listitem")).toContainText("Mind the budget.");
  await page.getByRole("button", { name: "Remove rule 1" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove rule" }).click();
  await expect(page.getByRole("heading", { name: "Workflows decide for themselves" })).toBeVisible();
});

test("a workflow keeps its runs as long as it says, or as the settings say", async ({ page }) => {
  await createBlank(page);
  await page.getByRole("tab", { name: "Runs" }).click();
  await expect(page.getByText("Runs can be read for 90 days.")).toBeVisible();
  await page.getByRole("button", { name: "Change how long runs are kept" }).click();
  const dialog = page.getByRole("dialog", { name: "How long runs are kept" });
  await dialog.getByText("This workflow", { exact: true }).click();
  const days = dialog.getByRole("textbox", { name: "Days" });
  await days.fill("0");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(days).toHaveAttribute("aria-invalid", "true");
  await days.fill("7");
  await expect(dialog.getByText(/will be hidden at once/)).toBeVisible();
  await checkEverywhere(page);
  await dialog.getByRole("button", { name: "Save and hide older runs" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("This workflow says so.")).toBeVisible();
  await page.getByRole("button", { name: "Change how long runs are kept" }).click();
  await dialog.getByText("The settings", { exact: true }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Runs can be read for 90 days.").first()).toBeVisible();
});
