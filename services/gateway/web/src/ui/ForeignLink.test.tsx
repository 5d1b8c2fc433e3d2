// @vitest-environment happy-dom
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Markdown } from "./Markdown";

it("an address that could carry words away is shown whole before it is opened", async () => {
  const open = vi.spyOn(window, "open").mockReturnValue(null);
  render(<Markdown text="[the report](https://evil.example/?it=secret)" />);
  expect(document.body.textContent).toContain("(evil.example)");
  const user = userEvent.setup();
  await user.click(screen.getByRole("link", { name: "the report" }));
  const dialog = await screen.findByRole("dialog", { name: "Open evil.example?" });
  expect(dialog.textContent).toContain("https://evil.example/?it=secret");
  expect(open).not.toHaveBeenCalled();
  await user.click(screen.getByRole("button", { name: "Open it" }));
  expect(open).toHaveBeenCalledWith(
    new URL("https://evil.example/?it=secret"),
    "_blank",
    "noreferrer,noopener",
  );
});

it("a plain address is a plain link, and one of this place shows no host", () => {
  render(<Markdown text="[docs](https://docs.example/start) and [run](/runs/1)" />);
  expect(document.body.textContent?.trim()).toBe("docs (docs.example) and run");
});
