// axe in the page: WCAG 2.2 AA and best practice. Tests that use it must bypass the content policy.
import { createRequire } from "node:module";
import { expect, type Page } from "@playwright/test";

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

/** Expects no fault in what the page shows now. */
export async function check(page: Page): Promise<void> {
  if (!(await page.evaluate(() => "axe" in window))) await page.addScriptTag({ path: axePath });
  const violations = await page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    // What lies behind a dialog is inert: nobody can reach it.
    const context = { include: [document], exclude: [["[inert]"]] };
    return (await window.axe.run(context, { runOnly: tags, resultTypes: ["violations"] })).violations;
  });
  const told = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.slice(0, 3).map((node) => `${JSON.stringify(node.target)}: ${node.failureSummary ?? ""}`),
  }));
  expect.soft(told, page.url()).toEqual([]);
}

/** The same in the dark theme, and in the light one at the width of a phone; the window is as it was afterwards. */
export async function checkEverywhere(page: Page): Promise<void> {
  const size = page.viewportSize();
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await check(page);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.setViewportSize({ width: 390, height: 844 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect.soft(over, page.url()).toBeLessThanOrEqual(0);
  await check(page);
  if (size) await page.setViewportSize(size);
}
