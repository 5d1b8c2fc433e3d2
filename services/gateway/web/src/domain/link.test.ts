import { describe, expect, it } from "vitest";
import { carriesData, foreignUrl } from "./link";

const here = "https://st.example";

describe("links in answers", () => {
  it("are foreign when they lead to another origin", () => {
    for (const own of ["/runs/1", "https://st.example/x?y", "#top", "mailto:a@b.c", undefined, "https://"]) {
      expect(foreignUrl(own, here)).toBeUndefined();
    }
    expect(foreignUrl("https://evil.example/x", here)?.host).toBe("evil.example");
    expect(foreignUrl("//evil.example/x", here)?.host).toBe("evil.example");
  });

  it("carry data in a query, a fragment, a name, a long path or a long host", () => {
    const carries = (url: string) => carriesData(new URL(url));
    expect(carries("https://example.org/docs/page")).toBe(false);
    for (const url of [
      "https://evil.example/?q=secret",
      "https://evil.example/#secret",
      "https://secret@evil.example/",
      `https://evil.example/${"s".repeat(61)}`,
      `https://${"s".repeat(55)}.example/`,
    ]) {
      expect(carries(url)).toBe(true);
    }
  });
});
