import { createRequire } from "node:module";
import { createHmac } from "node:crypto";
import { createBlank, expect, test, typeDocument } from "./test";

// axe is injected as a script, which the content policy would refuse.
test.use({ bypassCSP: true });

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

test("a signed webhook is told to have no secret, gets one by the keyboard, and is then believed", async ({
  page,
  request,
}) => {
  const path = `signed-${Date.now()}`;
  const auth = {
    kind: "hmac_sha256",
    header: "X-Hub-Signature-256",
    prefix: "sha256=",
    secret_name: "hub",
  };
  await createBlank(page);
  await typeDocument(
    page,
    JSON.stringify({
      name: "Signed",
      nodes: [
        { id: "hook", node_type: "trigger.webhook", config: { path, auth } },
        { id: "say", node_type: "log", config: { message: "called", level: "info" } },
      ],
      edges: [{ source: "hook", source_port: "out", destination: "say", destination_port: "in" }],
    }),
  );
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Signed" })).toBeVisible();
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText(/^Live, version/)).toBeVisible();
  await page.getByRole("tab", { name: "Triggers" }).click();
  await expect(page.getByText(/No call is believed until/)).toBeVisible();

  await page.getByRole("button", { name: "Set secret" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Secret of “hook”" });
  const field = dialog.getByLabel("Secret", { exact: true });
  await expect(field).toBeFocused();
  await page.keyboard.type("short");
  await page.keyboard.press("Enter");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await dialog.getByRole("button", { name: "Generate" }).focus();
  await page.keyboard.press("Enter");
  await expect(field).toHaveValue(/^[0-9a-f]{64}$/);
  await expect(dialog.getByRole("button", { name: "Copy the secret" })).toBeVisible();
  const secret = await field.inputValue();

  await page.addScriptTag({ path: axePath });
  const faults = await page.evaluate(async () => {
    const context = { include: [document], exclude: [["[inert]"]] };
    return (await window.axe.run(context, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] }))
      .violations;
  });
  expect(faults.map(({ id, help }) => ({ id, help }))).toEqual([]);

  await field.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/^Signed: only callers/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Replace secret" })).toBeFocused();

  const data = '{"n":1}';
  const signature = `sha256=${createHmac("sha256", secret).update(data).digest("hex")}`;
  const call = async () =>
    await request.post(`/hooks/${path}`, {
      data,
      headers: { "content-type": "application/json", "x-hub-signature-256": signature },
    });
  await expect.poll(async () => (await call()).status()).toBe(202);
  const again = await call();
  expect(again.status()).toBe(409);
  expect(await again.json()).toMatchObject({ code: "hook.replayed", run_id: expect.any(String) });
});
