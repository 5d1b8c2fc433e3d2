// Every test also proves that pages stay within the origin, within the content policy, and throw nothing.
import { test as base, expect, type Page } from "@playwright/test";

export const test = base.extend<{ clean: void }>({
  clean: [
    async ({ page, baseURL }, use) => {
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(`thrown: ${error.message}`));
      page.on("console", (message) => {
        if (/Content Security Policy/i.test(message.text())) faults.push(message.text());
      });
      page.on("request", (request) => {
        const url = new URL(request.url());
        if (url.protocol.startsWith("http") && url.origin !== new URL(baseURL ?? "").origin) {
          faults.push(`left the origin: ${url}`);
        }
      });
      await use();
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Opens a page and waits until its heading shows. */
export async function visit(page: Page, path: string, heading: string | RegExp): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
}

/** Opens any page and waits until it has loaded what it shows. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole("heading").first()).toBeVisible();
  await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
}

/** Replaces the text of the JSON editor, which is one of the parts of a workflow. */
export async function typeDocument(page: Page, text: string): Promise<void> {
  await page.getByRole("tab", { name: "Document" }).click();
  const editor = page.getByRole("textbox", { name: "Workflow document, JSON" });
  await editor.click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(text);
}

/** Creates the blank workflow through the page, and stays on its text, or on another part of it. */
export async function createBlank(page: Page, tab = "Document"): Promise<void> {
  await visit(page, "/workflows/new", "New workflow");
  await page.getByRole("button", { name: "Blank workflow" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "My workflow" })).toBeVisible();
  await page.getByRole("tab", { name: tab, exact: true }).click();
}
