// The canvas as a person uses it: nodes by their ids, ports by their names.
import { expect, type Locator, type Page } from "@playwright/test";

export function nodeOn(page: Page, id: string): Locator {
  return page.locator(`.react-flow__node[data-id="${id}"]`);
}

export function portOf(page: Page, node: string, port: string, side: "source" | "target"): Locator {
  return nodeOn(page, node).locator(`.react-flow__handle.${side}[data-handleid="${port}"]`);
}

/** Drags a wire from a port to whatever is named, or to a place on the canvas. */
export async function dragWire(
  page: Page,
  from: Locator,
  to: Locator | { x: number; y: number },
): Promise<void> {
  await from.hover();
  await page.mouse.down();
  const box = "boundingBox" in to ? await to.boundingBox() : { ...to, width: 0, height: 0 };
  if (!box) throw new Error("there is nowhere to drag the wire to");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 8 });
  await page.mouse.up();
}

/** Types a part of a name into the open question and takes the first answer. */
export async function choose(page: Page, question: string | RegExp, typed: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: question });
  await expect(dialog.getByRole("combobox")).toBeFocused();
  await page.keyboard.type(typed);
  await expect(dialog.getByRole("option").first()).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
}

/** The document in the text of the draft, as it is kept in this browser. */
export async function draftOf(page: Page): Promise<Record<string, never>> {
  await page.waitForTimeout(450);
  return page.evaluate(() => {
    const key = `st.draft.${location.pathname.split("/").pop()}`;
    const kept = localStorage.getItem(key);
    return kept === null ? null : JSON.parse(JSON.parse(kept).text);
  });
}
