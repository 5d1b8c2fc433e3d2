// Nothing is wider than the window, and nothing moves once it shows.
import type { Page } from "@playwright/test";
import { pages } from "./pages";
import { createBlank, expect, open, test } from "./test";

declare global {
  interface Window {
    shifts: number;
  }
}

interface Shift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
}

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    window.shifts = 0;
    new PerformanceObserver((list) => {
      for (const shift of list.getEntries() as Shift[])
        if (!shift.hadRecentInput) window.shifts += shift.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
});

/** Elements that reach out of the window although nothing around them scrolls. */
async function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const scrolls = (element: Element) => {
      for (let around: Element | null = element; around; around = around.parentElement) {
        if (getComputedStyle(around).overflowX !== "visible") return true;
      }
      return false;
    };
    const width = document.documentElement.clientWidth;
    return [...document.body.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > width + 1 && !scrolls(element))
      .map((element) => `${element.tagName} ${element.className}`);
  });
}

async function fits(page: Page): Promise<void> {
  expect(await cutOff(page)).toEqual([]);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(over).toBeLessThanOrEqual(0);
}

const sizes = {
  desktop: { viewport: { width: 1360, height: 860 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};

for (const [name, size] of Object.entries(sizes)) {
  test.describe(`on a ${name}`, () => {
    test.use(size);

    for (const path of pages) {
      test(`${path} fits and stands still`, async ({ page }) => {
        await open(page, path);
        await fits(page);
        expect(await page.evaluate(() => window.shifts)).toBeLessThan(0.05);
      });
    }

    test("a workflow and its run fit", async ({ page }) => {
      await createBlank(page);
      await expect(page.getByText("No problems")).toBeVisible();
      await fits(page);
      await page.getByRole("button", { name: "Run now" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await fits(page);
      await page.getByRole("button", { name: "Start run" }).click();
      const say = page.getByRole("button", { name: /^say/ });
      await expect(say).toContainText("Completed");
      await say.click();
      await fits(page);
    });
  });
}

test.describe("on a phone", () => {
  test.use(sizes.phone);

  test("every section is reached by touch", async ({ page }) => {
    await open(page, "/inbox");
    for (const section of ["Assistant", "Workflows", "Runs"]) {
      await page.getByRole("navigation").getByRole("link", { name: section }).tap();
      await expect(page.getByRole("heading", { level: 1, name: section })).toBeVisible();
    }
  });
});
