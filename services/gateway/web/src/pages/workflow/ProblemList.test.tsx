// @vitest-environment happy-dom
import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { ProblemList } from "./ProblemList";
import type { Problem } from "./useProblems";

const problem: Problem = {
  severity: "error",
  message: "There is no node “b”.",
  pointer: "/edges/0/destination",
  range: { from: 6, to: 9 },
};

it("says where a fault is and goes there when it is chosen", () => {
  const onReveal = vi.fn();
  render(
    <ProblemList
      problems={{ items: [problem], checking: false }}
      text={'{\n  "a": 1\n}'}
      onReveal={onReveal}
    />,
  );
  expect(screen.getByText("1 problem")).toBeTruthy();
  expect(screen.getByText("2:5")).toBeTruthy();
  fireEvent.click(screen.getByRole("button"));
  expect(onReveal).toHaveBeenCalledWith(problem);
});

it("does not call a document free of faults while it is being checked", () => {
  render(<ProblemList problems={{ items: [], checking: true }} text="{}" onReveal={() => undefined} />);
  expect(screen.getByText("Checking…")).toBeTruthy();
});
