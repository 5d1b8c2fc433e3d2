// @vitest-environment happy-dom
import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { JsonView } from "./JsonView";

it("opens two levels and shows deeper ones when asked", () => {
  render(<JsonView label="Output" value={{ mail: { from: { address: "a@b.c" } } }} />);
  expect(screen.queryByText("“a@b.c”")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: /from/ }));
  expect(screen.getByText("“a@b.c”")).toBeTruthy();
});

it("keeps a long list out of the page until it is opened, and then shows a part", () => {
  render(<JsonView label="Output" value={Array.from({ length: 5000 }, (_, index) => index)} />);
  const branch = screen.getByRole("button", { name: /5000 items/ });
  expect(branch.getAttribute("aria-expanded")).toBe("false");
  fireEvent.click(branch);
  expect(screen.getByRole("button", { name: "4900 more" })).toBeTruthy();
});

it("cuts a long text and shows all of it when asked", () => {
  render(<JsonView label="Output" value={"x".repeat(1000)} />);
  fireEvent.click(screen.getByRole("button", { name: "show all 1000 characters" }));
  expect(screen.getByText(new RegExp("x{1000}"))).toBeTruthy();
});

it("tells null, nothing and empty apart", () => {
  render(<JsonView label="Output" value={{ a: null, b: undefined, c: {}, d: [] }} />);
  for (const text of ["null", "—", "{}", "[]"]) expect(screen.getByText(text)).toBeTruthy();
});
