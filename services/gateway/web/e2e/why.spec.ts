import { checkEverywhere } from "./axe";
import { createBlank, expect, test, typeDocument } from "./test";

// axe is injected as a script, which the content policy would refuse.
test.use({ bypassCSP: true });

test("a trigger says why nothing started, and what started", async ({ page, request }) => {
  const path = `why-${Date.now()}`;
  await createBlank(page);
  await typeDocument(
    page,
    JSON.stringify({
      name: "Asked why",
      nodes: [
        { id: "hook", node_type: "trigger.webhook", config: { path, auth: { kind: "none" } } },
        { id: "say", node_type: "log", config: { message: "called", level: "info" } },
      ],
      edges: [{ source: "hook", source_port: "out", destination: "say", destination_port: "in" }],
    }),
  );
  await expect(page.getByText("No problems")).toBeVisible();
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText(/^Live, version/)).toBeVisible();
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("w");
  const why = page.getByRole("region", { name: "Why did nothing start?" });
  await expect(why.getByRole("status")).toContainText("No call was accepted in that time.");
  await expect(why.getByRole("status")).toContainText("Check that the caller uses this address");

  await why.getByRole("button", { name: /When/ }).click();
  await page.getByRole("option", { name: "At a time of the day" }).click();
  const time = why.getByRole("textbox", { name: "Time of the day" });
  await time.fill("soon");
  await why.getByRole("button", { name: "Ask" }).click();
  await expect(time).toHaveAttribute("aria-invalid", "true");
  await expect(why.getByText("Write a time such as 08:00.")).toBeVisible();
  await time.fill("08:00");
  await why.getByRole("button", { name: "Ask" }).click();
  await expect(why.getByText("Write a time such as 08:00.")).toBeHidden();

  expect((await request.post(`/hooks/${path}`, { data: {} })).status()).toBe(202);
  await why.getByRole("button", { name: /When/ }).click();
  await page.getByRole("option", { name: "In the last hour" }).click();
  await expect(async () => {
    await why.getByRole("button", { name: "Ask" }).click();
    await expect(why.getByRole("status")).toContainText("A run was started", { timeout: 1000 });
  }).toPass();
  await expect(why.getByRole("link", { name: /^run …/ })).toBeVisible();
  await checkEverywhere(page);
});
