import { createBlank, expect, test, typeDocument, visit } from "./test";

const document = {
  name: "Double it",
  description: "Doubles a number.",
  nodes: [
    { id: "start", node_type: "trigger.manual", config: {} },
    { id: "double", node_type: "transform", config: { output: { n: "{{ input.n * 2 }}" } } },
    { id: "say", node_type: "log", config: { message: "{{ input.n }}", level: "info" } },
  ],
  edges: [
    { source: "start", source_port: "out", destination: "double", destination_port: "in" },
    { source: "double", source_port: "out", destination: "say", destination_port: "in" },
  ],
};
const text = (value: unknown) => JSON.stringify(value, null, 2);

test("a template becomes a draft", async ({ page }) => {
  await visit(page, "/workflows/new", "New workflow");
  await page.getByRole("button", { name: "Use the template Classify each of several mails" }).click();
  await expect(page).toHaveURL(/\/workflows\/[0-9A-Z]{26}/);
  await expect(page.getByText("Draft", { exact: true })).toBeVisible();
  await expect(page.getByText("No problems")).toBeVisible();
});

test("a template asks for what it leaves open", async ({ page }) => {
  await visit(page, "/workflows/new", "New workflow");
  await page.getByRole("button", { name: "Use the template Echo a webhook" }).click();
  const dialog = page.getByRole("dialog", { name: "Echo a webhook" });
  const path = dialog.getByLabel("Path after /hooks/");
  await expect(path).toHaveValue("echo");
  await path.fill("");
  await dialog.getByRole("button", { name: "Create workflow" }).click();
  await expect(path).toHaveAttribute("aria-invalid", "true");
  await path.fill(`asked-${Date.now()}`);
  await path.press("Enter");
  await expect(page).toHaveURL(/\/workflows\/[0-9A-Z]{26}/);
  await page.getByRole("tab", { name: "Document" }).click();
  await expect(page.getByRole("textbox", { name: "Workflow document, JSON" })).toContainText("asked-");
});

test("faults are marked where they are, and choosing one goes there", async ({ page }) => {
  await createBlank(page);
  const dangling = { ...document, edges: [{ ...document.edges[0], destination: "nowhere" }] };
  await typeDocument(page, text(dangling));
  const problems = page.getByRole("region", { name: "Problems" });
  await expect(problems).toContainText("nowhere");
  await expect(page.locator(".cm-lintRange-error").first()).toBeVisible();
  await problems.getByRole("button").first().click();
  await expect(page.getByRole("textbox", { name: "Workflow document, JSON" })).toBeFocused();

  await typeDocument(page, '{ "name": ');
  await expect(problems).toContainText("This is no JSON");
});

test("a bad document is not saved", async ({ page }) => {
  await createBlank(page);
  await typeDocument(page, text({ ...document, nodes: [{ id: "x", node_type: "no_such_type" }] }));
  await expect(page.getByText("Unsaved changes")).toBeVisible();
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByRole("region", { name: "Problems" })).toContainText("no_such_type");
  await expect(page.getByText("Unsaved changes")).toBeVisible();
});

test("save, publish, run now, and watch the timeline", async ({ page }) => {
  await createBlank(page);
  await typeDocument(page, text(document));
  await expect(page.getByText("No problems")).toBeVisible();
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Double it" })).toBeVisible();
  await expect(page.getByText("Unsaved changes")).toBeHidden();
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText(/^Live, version/)).toBeVisible();

  await page.getByRole("button", { name: "Run now" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Input" }).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText('{ "n": 21 }');
  await dialog.getByRole("button", { name: "Start run" }).click();
  await expect(page).toHaveURL(/\/runs\/[0-9A-Z]{26}/);

  const timeline = page.getByRole("region", { name: "Timeline" });
  const double = timeline.getByRole("button", { name: /^double/ });
  await expect(double).toContainText("Completed");
  // The trigger is the first node of the run.
  await expect(timeline.getByRole("button", { name: /^start/ })).toContainText("Completed");
  await double.click();
  await expect(timeline.getByRole("group", { name: "Input" })).toContainText("21");
  await expect(timeline.getByRole("group", { name: "Output" })).toContainText("42");
  await expect(page.getByText("Completed").first()).toBeVisible();
});

test("versions can be read and taken up again", async ({ page }) => {
  await createBlank(page);
  await typeDocument(page, text(document));
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Double it" })).toBeVisible();
  await page.getByRole("tab", { name: "Versions" }).click();
  await page.getByRole("button", { name: "Show version 1" }).click();
  const dialog = page.getByRole("dialog", { name: "Version 1" });
  await expect(dialog).toContainText("My workflow");
  await dialog.getByRole("button", { name: "Edit from here" }).click();
  await page.getByRole("tab", { name: "Document" }).click();
  await expect(page.getByText("Unsaved changes")).toBeVisible();
});

test("unsaved edits survive a reload", async ({ page }) => {
  await createBlank(page);
  await typeDocument(page, text({ ...document, name: "Not saved yet" }));
  await expect(page.getByText("Unsaved changes")).toBeVisible();
  await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith("st.draft.")));
  await page.reload();
  await expect(page.getByText("These changes were not saved on your last visit.")).toBeVisible();
  await page.getByRole("button", { name: "Discard them" }).click();
  await expect(page.getByText("Unsaved changes")).toBeHidden();
});

test("a webhook shows its address and a schedule its next fires", async ({ page }) => {
  await createBlank(page);
  const path = `e2e-${Date.now()}`;
  await typeDocument(
    page,
    text({
      name: "Two triggers",
      nodes: [
        { id: "hook", node_type: "trigger.webhook", config: { path, auth: { kind: "none" } } },
        {
          id: "daily",
          node_type: "trigger.schedule",
          config: { cron: "0 7 * * *", timezone: "Europe/Berlin" },
        },
        { id: "say", node_type: "log", config: { message: "ran", level: "info" } },
      ],
      edges: ["hook", "daily"].map((source) => ({
        source,
        source_port: "out",
        destination: "say",
        destination_port: "in",
      })),
    }),
  );
  await expect(page.getByText("No problems")).toBeVisible();
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText(/^Live, version/)).toBeVisible();
  await page.getByRole("tab", { name: "Triggers" }).click();
  await expect(page.getByText(`/hooks/${path}`)).toBeVisible();
  await expect(page.getByText("Next fires")).toBeVisible();
});
