import { checkEverywhere } from "./axe";
import { createBlank, expect, test, typeDocument } from "./test";

// axe is injected as a script, which the content policy would refuse.
test.use({ bypassCSP: true });

test("a trigger gets flow control and a node a memory, and what contradicts itself is refused at its field", async ({
  page,
}) => {
  const edge = (source: string, destination: string) => ({
    source,
    source_port: "out",
    destination,
    destination_port: "in",
  });
  await createBlank(page);
  await typeDocument(
    page,
    JSON.stringify({
      name: "Paced",
      nodes: [
        { id: "hook", node_type: "trigger.webhook", config: { path: `paced-${Date.now()}` } },
        { id: "fresh", node_type: "remove_duplicates", config: {} },
      ],
      edges: [edge("hook", "fresh")],
    }),
  );
  await expect(page.getByText("No problems")).toBeVisible();
  await page.getByRole("button", { name: "Flow control of hook" }).click();
  const flow = page.getByRole("dialog", { name: "Flow control of “hook”" });
  await flow.getByLabel("Starts", { exact: true }).fill("5");
  await flow.getByRole("button", { name: "Set", exact: true }).click();
  await expect(flow.getByLabel("In so many seconds")).toHaveAttribute("aria-invalid", "true");
  await flow.getByLabel("In so many seconds").fill("60");
  await flow.getByLabel("Most runs at a time").fill("2");
  await flow.getByRole("button", { name: /The only one/ }).click();
  await page.getByRole("option", { name: "Only one; others start nothing" }).click();
  await flow.getByRole("button", { name: "Set", exact: true }).click();
  await expect(flow.getByText(/`singleton` lets one run at a time/)).toBeVisible();
  await expect(flow.getByLabel("Most runs at a time")).toHaveAttribute("aria-invalid", "true");
  await checkEverywhere(page);
  await flow.getByLabel("Most runs at a time").fill("");
  await flow.getByRole("button", { name: "Set", exact: true }).click();
  await expect(flow).toBeHidden();
  await expect(page.getByRole("textbox", { name: "Workflow document, JSON" })).toContainText(
    '"singleton": "skip"',
  );

  await page.getByRole("button", { name: "What fresh knows of earlier runs" }).click();
  const memory = page.getByRole("dialog", { name: "What “fresh” knows of earlier runs" });
  await memory.getByLabel("days").fill("5000");
  await memory.getByRole("button", { name: "Set", exact: true }).click();
  await expect(memory.getByLabel("days")).toHaveAttribute("aria-invalid", "true");
  await memory.getByLabel("days").fill("7");
  await checkEverywhere(page);
  await memory.getByRole("button", { name: "Set", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "Workflow document, JSON" })).toContainText('"days": 7');
  await expect(page.getByText("No problems")).toBeVisible();
  await expect(page.getByRole("button", { name: "Flow control of hook, set here" })).toBeVisible();
});
