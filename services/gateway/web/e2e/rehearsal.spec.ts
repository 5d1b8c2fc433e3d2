import { checkEverywhere } from "./axe";
import { createBlank, expect, test, typeDocument } from "./test";

// axe is injected as a script, which the content policy would refuse.
test.use({ bypassCSP: true });

const edge = (source: string, destination: string) => ({
  source,
  source_port: "out",
  destination,
  destination_port: "in",
});
const document = (total: string) =>
  JSON.stringify({
    name: "Rehearsed",
    nodes: [
      { id: "start", node_type: "trigger.manual", config: {} },
      { id: "sum", node_type: "transform", config: { output: { total } } },
      {
        id: "order",
        node_type: "http_request",
        config: { method: "POST", url: "http://127.0.0.1:9/orders", body: { total: "{{ input.total }}" } },
      },
    ],
    edges: [edge("start", "sum"), edge("sum", "order")],
  });

test("a version is planned, run dry and tried on past runs before it is published", async ({ page }) => {
  await createBlank(page);
  await typeDocument(page, document("{{ input.n * 2 }}"));
  await expect(page.getByText("No problems")).toBeVisible();
  await page.getByRole("tab", { name: "Try out" }).click();
  await expect(page.getByText("What you have not saved is not tried out.")).toBeVisible();
  await page.getByRole("tabpanel").getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByText("What you have not saved is not tried out.")).toBeHidden();

  const plan = page.getByRole("region", { name: "Plan" });
  await expect(plan).toContainText("http.request");
  await expect(plan).toContainText("Can be changed back");
  await expect(page.getByRole("tab", { name: "Try out" })).toBeInViewport();
  await expect(plan.getByRole("definition").first()).toHaveText("3");

  const backtest = page.getByRole("region", { name: "Backtest" });
  await backtest.getByLabel("Newest runs").fill("0");
  await backtest.getByRole("button", { name: "Start backtest" }).click();
  await expect(backtest.getByLabel("Newest runs")).toHaveAttribute("aria-invalid", "true");
  await backtest.getByLabel("Newest runs").fill("5");
  await backtest.getByRole("button", { name: "Start backtest" }).click();
  await expect(backtest.getByRole("heading", { name: "No past runs" })).toBeVisible();

  const dry = page.getByRole("region", { name: "Dry run" });
  await dry.getByRole("textbox", { name: "Input" }).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText('{ "n": 21 }');
  await dry.getByRole("button", { name: "Start dry run" }).click();
  await expect(dry.getByRole("group", { name: "Request of order" })).toContainText("42");
  await expect(dry).toContainText("Completed");

  // Another version is tried on a real run, which fails: nobody listens.
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Start run" }).click();
  await expect(page.getByRole("button", { name: /^order/ })).toContainText(/Running|Failed/);
  await page.getByRole("link", { name: /^Version/ }).click();
  await typeDocument(page, document("{{ input.n * 3 }}"));
  await expect(page.getByText("No problems")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+s");
  await expect(page.getByText("Unsaved changes")).toBeHidden();
  await page.getByRole("tab", { name: "Try out" }).click();
  await backtest.getByRole("button", { name: "Start backtest" }).click();
  await expect(backtest).toContainText("1 past run");
  const cases = backtest.getByRole("list", { name: "Past runs" });
  await expect(cases).toContainText("would send something else");
  await expect(cases.getByRole("group", { name: "Request of order" })).toContainText("63");
  await checkEverywhere(page);
});
