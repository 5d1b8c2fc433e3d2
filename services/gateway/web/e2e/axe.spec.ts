import { check } from "./axe";
import { pages } from "./pages";
import { createBlank, expect, open, test, typeDocument } from "./test";

// axe is injected as a script, which the content policy would refuse.
test.use({ bypassCSP: true });

const themes = ["light", "dark"] as const;

for (const colorScheme of themes) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: "reduce" } });

    test("no page has an accessibility fault", async ({ page }) => {
      test.slow(true, "it visits every page");
      for (const path of pages) {
        await test.step(path, async () => {
          await open(page, path);
          await check(page);
        });
      }
    });

    test("a workflow and its run have no accessibility fault", async ({ page }) => {
      await createBlank(page);
      await expect(page.getByText("No problems")).toBeVisible();
      await check(page);
      await page.getByRole("button", { name: "Run now" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await check(page);
      await page.getByRole("button", { name: "Start run" }).click();
      const say = page.getByRole("button", { name: /^say/ });
      await expect(say).toContainText("Completed");
      await say.click();
      await check(page);
      await page.goto("/runs");
      await expect(page.getByRole("link", { name: /My workflow/ }).first()).toBeVisible();
      await check(page);
    });

    test("a question and its form have no accessibility fault", async ({ page }) => {
      await createBlank(page);
      const config = {
        question: "Which one?",
        form: { type: "object", properties: { one: { enum: ["a"] } } },
      };
      const ask = { id: "ask", node_type: "ask", config };
      const edge = { source: "start", source_port: "out", destination: "ask", destination_port: "in" };
      const start = { id: "start", node_type: "trigger.manual", config: {} };
      await typeDocument(page, JSON.stringify({ name: "Asking", nodes: [start, ask], edges: [edge] }));
      await expect(page.getByText("No problems")).toBeVisible();
      await page.getByRole("button", { name: "Save draft" }).click();
      await page.getByRole("button", { name: "Run now" }).click();
      await page.getByRole("button", { name: "Start run" }).click();
      const waits = page.getByRole("region", { name: "What the run waits for" });
      await expect(waits).toBeVisible();
      await check(page);
      await waits.getByRole("link", { name: "See the question" }).click();
      const question = page.getByRole("article", { name: "Which one?" }).first();
      await expect(question).toBeVisible();
      await check(page);
      await page.setViewportSize({ width: 390, height: 844 });
      await question.getByRole("button", { name: "Pass on" }).click();
      await check(page);
    });

    test("what a template asks for has no accessibility fault", async ({ page }) => {
      await open(page, "/workflows/new");
      await page.getByRole("button", { name: "Use the template Notify me of urgent mail" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await check(page);
    });

    test("palette, overlay and phone width have no accessibility fault", async ({ page }) => {
      await open(page, "/workflows");
      await page.keyboard.press("ControlOrMeta+k");
      await expect(page.getByRole("dialog")).toBeVisible();
      await check(page);
      await page.keyboard.press("Escape");
      await page.keyboard.press("Shift+?");
      await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
      await check(page);
      await page.keyboard.press("Escape");
      await page.setViewportSize({ width: 390, height: 844 });
      for (const path of ["/inbox", "/memory", "/workflows", "/events"]) {
        await open(page, path);
        await check(page);
      }
    });
  });
}
