import { checkEverywhere } from "./axe";
import { choose, dragWire, draftOf, nodeOn, portOf } from "./canvas";
import { createBlank, expect, test, typeDocument } from "./test";

const wire = (page: Parameters<typeof nodeOn>[0], key: string) =>
  page.locator(`.react-flow__edge[data-id="${key}"]`);

test("a workflow is built, saved, published and run by mouse", async ({ page }) => {
  await createBlank(page, "Canvas");
  await expect(nodeOn(page, "say")).toBeVisible();
  await nodeOn(page, "say").click();
  await page
    .getByRole("complementary", { name: "Node say" })
    .getByRole("button", { name: "Delete the node" })
    .click();
  await expect(nodeOn(page, "say")).toBeHidden();

  // A wire that ends on empty canvas asks for a node.
  const start = (await nodeOn(page, "start").boundingBox())!;
  await dragWire(page, portOf(page, "start", "out", "source"), { x: start.x + 60, y: start.y + 250 });
  await choose(page, "Add a node", "transform");
  const panel = page.getByRole("complementary", { name: "Node transform" });
  await panel
    .getByLabel("output", { exact: true })
    .fill('{ "urgent": true, "subject": "{{ input.subject }}" }');
  await panel.getByRole("button", { name: "Close the panel" }).click();

  // From the shelf, by dragging; then a wire between two ports.
  await page
    .getByRole("complementary", { name: "Nodes" })
    .getByRole("button", { name: "Branch" })
    .dragTo(page.locator(".react-flow__pane"), { targetPosition: { x: 500, y: 60 } });
  await expect(nodeOn(page, "branch")).toBeVisible();
  await page
    .getByRole("complementary", { name: "Node branch" })
    .getByLabel("condition")
    .fill("{{ input.urgent }}");
  await page.getByRole("button", { name: "Close the panel" }).click();
  await dragWire(page, portOf(page, "transform", "out", "source"), portOf(page, "branch", "in", "target"));
  await expect(wire(page, "transform.out>branch.in")).toBeAttached();

  // The plus on a wire puts a node in between.
  await page.locator('[data-insert="transform.out>branch.in"]').hover({ force: true });
  await page.locator('[data-insert="transform.out>branch.in"]').click({ force: true });
  await choose(page, "Add a node in between", "set fields");
  await expect(wire(page, "transform.out>set_fields.in")).toBeAttached();
  await expect(wire(page, "set_fields.out>branch.in")).toBeAttached();
  await page
    .getByRole("complementary", { name: "Node set_fields" })
    .getByLabel("fields", { exact: true })
    .fill('{ "seen": true }');
  await page.getByRole("button", { name: "Close the panel" }).click();

  await page.getByRole("button", { name: "Tidy up" }).click();
  // The view glides to where everything shows.
  await page.waitForTimeout(500);
  const pane = (await page.locator(".react-flow__pane").boundingBox())!;
  await dragWire(page, portOf(page, "branch", "true", "source"), { x: pane.x + 400, y: pane.y + 500 });
  await choose(page, "Add a node", "notify");
  await page
    .getByRole("complementary", { name: "Node notify" })
    .getByLabel("title", { exact: true })
    .fill("Urgent: {{ nodes.transform.subject }}");
  await expect(page.getByText("No problems")).toBeVisible();

  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByText("Unsaved changes")).toBeHidden();
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText(/^Live, version/)).toBeVisible();
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByRole("button", { name: "Start run" }).click();
  await expect(page.getByRole("button", { name: /^notify/ })).toContainText("Completed");
});

test("the same is built by keys alone", async ({ page }) => {
  await createBlank(page, "Canvas");
  await expect(nodeOn(page, "say")).toBeVisible();
  await nodeOn(page, "start").focus();
  await page.keyboard.press("ArrowRight");
  await expect(nodeOn(page, "say")).toBeFocused();
  await page.keyboard.press("Delete");
  await expect(nodeOn(page, "start")).toBeFocused();
  await page.keyboard.press("a");
  await choose(page, "Add a node", "transform");
  await expect(nodeOn(page, "transform")).toBeFocused();
  await expect(wire(page, "start.out>transform.in")).toBeAttached();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Id", { exact: true })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.insertText('{ "n": 1 }');
  await page.keyboard.press("Escape");
  await expect(nodeOn(page, "transform")).toBeFocused();
  await page.keyboard.press("/");
  await choose(page, "Add a node", "log");
  await expect(nodeOn(page, "log")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Id", { exact: true })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.insertText("{{ input.n }}");
  await page.keyboard.press("Escape");
  await expect(nodeOn(page, "log")).toBeFocused();
  // A second wire, by name.
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect(nodeOn(page, "start")).toBeFocused();
  await page.keyboard.press("c");
  await choose(page, "Connect start to…", "log in");
  await expect(wire(page, "start.out>log.in")).toBeAttached();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(wire(page, "start.out>log.in")).not.toBeAttached();
  await expect(page.getByText("No problems")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Shift+P");
  await expect(page.getByText(/^Live, version/)).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.getByRole("button", { name: "Start run" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /^log/ })).toContainText("Completed");
});

test("canvas and text are one document, and a step back goes through both", async ({ page }) => {
  await createBlank(page, "Canvas");
  await nodeOn(page, "say").click();
  const id = page.getByLabel("Id", { exact: true });
  await id.fill("greet");
  await id.press("Enter");
  await expect(nodeOn(page, "greet")).toBeVisible();
  await page.getByRole("tab", { name: "Document" }).click();
  const editor = page.getByRole("textbox", { name: "Workflow document, JSON" });
  await expect(editor).toContainText('"destination": "greet"');
  await typeDocument(page, (await editor.innerText()).replaceAll("greet", "wave"));
  await page.getByRole("tab", { name: "Canvas" }).click();
  await expect(nodeOn(page, "wave")).toBeVisible();
  await page.locator(".react-flow__pane").click({ position: { x: 400, y: 30 } });
  await page.keyboard.press("ControlOrMeta+z");
  await expect(nodeOn(page, "greet")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(nodeOn(page, "say")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Shift+z");
  await expect(nodeOn(page, "greet")).toBeVisible();

  await page.getByRole("tab", { name: "Document" }).click();
  await typeDocument(page, '{ "name": ');
  await page.getByRole("tab", { name: "Canvas" }).click();
  await expect(page.getByText("The text is no valid document.").first()).toBeVisible();
});

test("a wire that may not be is refused with the reason", async ({ page }) => {
  await createBlank(page, "Canvas");
  // Back into a trigger, and a cycle without a loop.
  await dragWire(page, portOf(page, "say", "out", "source"), nodeOn(page, "start"));
  await expect(page.getByRole("alert")).toContainText("`start` has no input");
  await dragWire(page, portOf(page, "say", "out", "source"), portOf(page, "say", "in", "target"));
  await expect(page.getByRole("alert").last()).toContainText("cycle without a loop");
  await expect(page.getByText("Unsaved changes")).toBeHidden();

  // What a port carries must fit: an answer is no list of items.
  for (const type of ["loop", "http request"]) {
    await nodeOn(page, "start").focus();
    await nodeOn(page, "start").click();
    await page.keyboard.press("a");
    await choose(page, "Add a node", type);
  }
  await page.getByRole("button", { name: "Close the panel" }).click();
  await page.keyboard.press("0");
  await page.waitForTimeout(500);
  const output = portOf(page, "http_request", "out", "source");
  await dragWire(page, output, portOf(page, "loop", "items", "target"));
  await expect(page.getByRole("alert").last()).toContainText("does not fit input `items`");
  await expect(wire(page, "http_request.out>loop.items")).not.toBeAttached();
});

test("nodes are copied into another workflow, and pasted text is a node", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await createBlank(page, "Canvas");
  await nodeOn(page, "start").focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("ControlOrMeta+c");
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(copied.nodes.map((node: { id: string }) => node.id)).toEqual(["start", "say"]);
  await createBlank(page, "Canvas");
  await expect(nodeOn(page, "say")).toBeVisible();
  await page.locator(".react-flow__pane").click({ position: { x: 420, y: 40 } });
  await page.keyboard.press("ControlOrMeta+v");
  await expect(nodeOn(page, "say_2")).toBeVisible();
  await expect(wire(page, "start_2.out>say_2.in")).toBeAttached();
  await page.keyboard.press("Delete");
  await expect(nodeOn(page, "say_2")).toBeHidden();
  await nodeOn(page, "say").click();
  await page.keyboard.press("ControlOrMeta+d");
  await expect(nodeOn(page, "say_2")).toBeVisible();
});

test("what is dragged stays where it was put, also after a reload", async ({ page }) => {
  await createBlank(page, "Canvas");
  const node = nodeOn(page, "say");
  const from = (await node.boundingBox())!;
  await page.mouse.move(from.x + 100, from.y + 20);
  await page.mouse.down();
  await page.mouse.move(from.x + 150, from.y + 190, { steps: 10 });
  await page.mouse.up();
  const { layout } = (await draftOf(page)) as never as {
    layout: { nodes: Record<string, { x: number; y: number }> };
  };
  expect(layout.nodes.say!.x % 20).toBe(0);
  expect(layout.nodes.say!.y).toBeGreaterThan(layout.nodes.start!.y + 100);
  await page.keyboard.press("n");
  const note = page.locator(".react-flow__node-note");
  await note.dblclick();
  await page.getByLabel("Text of the note, Markdown").fill("**Greets**");
  await page.keyboard.press("Escape");
  await expect(note.locator("strong")).toHaveText("Greets");
  await draftOf(page);
  await page.reload();
  await expect(page.getByText("These changes were not saved on your last visit.")).toBeVisible();
  await expect(note.locator("strong")).toHaveText("Greets");
});

test("another person's save keeps the edits until they are decided about", async ({ page }) => {
  await createBlank(page, "Canvas");
  const other = await page.context().newPage();
  await other.goto(page.url().replace(/\?.*/, "?tab=document"));
  const editor = other.getByRole("textbox", { name: "Workflow document, JSON" });
  await typeDocument(other, (await editor.innerText()).replace("My workflow", "Theirs"));
  await nodeOn(page, "say").click();
  await page.keyboard.press("Delete");
  await expect(nodeOn(page, "say")).toBeHidden();
  await other.getByRole("button", { name: "Save draft" }).click();
  await expect(other.getByRole("heading", { level: 1, name: "Theirs" })).toBeVisible();
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByText(/Somebody saved draft/)).toBeVisible();
  await expect(nodeOn(page, "say")).toBeHidden();
  await page.getByRole("button", { name: "Save mine over it" }).click();
  await expect(page.getByText("Unsaved changes")).toBeHidden();
  await expect(nodeOn(page, "say")).toBeHidden();
});

test.describe("for everybody", () => {
  // axe is injected as a script, which the content policy would refuse.
  test.use({ bypassCSP: true });

  test("canvas, panel and question have no accessibility fault", async ({ page }) => {
    await createBlank(page, "Canvas");
    await expect(page.getByRole("article", { name: "Log, id say" })).toBeVisible();
    await checkEverywhere(page);
    await nodeOn(page, "say").click();
    await expect(page.getByRole("complementary", { name: "Node say" })).toBeVisible();
    await checkEverywhere(page);
    await nodeOn(page, "start").focus();
    await page.keyboard.press("/");
    await expect(page.getByRole("dialog", { name: "Add a node" })).toBeVisible();
    await checkEverywhere(page);
  });
});
