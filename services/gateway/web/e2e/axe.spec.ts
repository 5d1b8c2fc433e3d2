import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import { createBlank, expect, test } from "./test";

// axe is injected as a script, which the content policy would refuse.
test.use({ bypassCSP: true });

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

interface Violation {
  id: string;
  help: string;
  nodes: { target: unknown; failureSummary?: string }[];
}

declare global {
  interface Window {
    axe: { run: (context: unknown, options: unknown) => Promise<{ violations: Violation[] }> };
  }
}

async function check(page: Page): Promise<void> {
  await page.addScriptTag({ path: axePath });
  const violations = await page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    // What lies behind a dialog is inert: nobody can reach it.
    const context = { include: [document], exclude: [["[inert]"]] };
    return (await window.axe.run(context, { runOnly: tags })).violations;
  });
  const told = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.slice(0, 3).map((node) => `${JSON.stringify(node.target)}: ${node.failureSummary ?? ""}`),
  }));
  expect(told).toEqual([]);
}

const pages = [
  "/inbox",
  "/inbox?archived=true",
  "/assistant",
  "/workflows",
  "/workflows/new",
  "/runs",
  "/accounts",
  "/accounts/new/imap",
  "/accounts/new/http",
  "/events",
  "/notifications",
  "/settings",
  "/settings?tab=me",
  "/settings?tab=api-keys",
  "/settings?tab=prompts",
  "/nowhere",
];

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    for (const path of pages) {
      test(`${path} has no accessibility fault`, async ({ page }) => {
        await page.goto(path);
        await expect(page.getByRole("heading").first()).toBeVisible();
        await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
        await check(page);
      });
    }

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

    test("palette, overlay and phone width have no accessibility fault", async ({ page }) => {
      await page.goto("/workflows");
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await page.keyboard.press("ControlOrMeta+k");
      await expect(page.getByRole("dialog")).toBeVisible();
      await check(page);
      await page.keyboard.press("Escape");
      await page.keyboard.press("Shift+?");
      await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
      await check(page);
      await page.keyboard.press("Escape");
      await page.setViewportSize({ width: 380, height: 740 });
      for (const path of ["/inbox", "/workflows", "/runs", "/events"]) {
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        const overflows = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        expect(overflows).toBe(false);
        await check(page);
      }
    });
  });
}
