// Nothing is wider than the window, all that can be pressed is reached, and nothing moves once it shows.
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

/** Controls that no scrolling brings to where a finger could press them. */
async function outOfReach(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const pressable = (control: Element) => {
      control.scrollIntoView({ block: "center", inline: "center" });
      const { x, y, width, height } = control.getBoundingClientRect();
      const hit = document.elementFromPoint(x + width / 2, y + height / 2);
      return control.contains(hit);
    };
    const top = document.querySelector("[role=dialog]") ?? document;
    // A radio or a switch is its label: the input in it is hidden.
    return [...top.querySelectorAll("a, button, [role=tab], label, input:not(label *), textarea")]
      .filter((control) => control.checkVisibility() && !control.closest(".sr-only, [aria-hidden=true]"))
      .filter((control) => control.getBoundingClientRect().width > 1)
      .filter((control) => !control.matches(":disabled, [data-disabled]") && !pressable(control))
      .map((control) => control.outerHTML.slice(0, 200));
  });
}

async function fits(page: Page): Promise<void> {
  expect.soft(await cutOff(page), page.url()).toEqual([]);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect.soft(over, page.url()).toBeLessThanOrEqual(0);
  expect.soft(await outOfReach(page), page.url()).toEqual([]);
}

const sizes = {
  desktop: { viewport: { width: 1360, height: 860 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};

for (const [name, size] of Object.entries(sizes)) {
  test.describe(`on a ${name}`, () => {
    test.use(size);

    test("every page fits and stands still", async ({ page }) => {
      test.slow(true, "it visits every page");
      for (const path of pages) {
        await test.step(path, async () => {
          await open(page, path);
          expect.soft(await page.evaluate(() => window.shifts), path).toBeLessThan(0.05);
          await fits(page);
        });
      }
    });

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
    for (const section of ["Assistant", "Memory", "Workflows", "Runs"]) {
      await page.getByRole("navigation").getByRole("link", { name: section }).tap();
      await expect(page.getByRole("heading", { level: 1, name: section })).toBeVisible();
    }
  });
});
