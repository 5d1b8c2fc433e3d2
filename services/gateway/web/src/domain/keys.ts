// How key bindings (tinykeys syntax) are shown to people.

const names: Record<string, string> = {
  $mod: "Ctrl",
  Shift: "⇧",
  Enter: "↵",
  Escape: "Esc",
  ArrowUp: "↑",
  ArrowDown: "↓",
};

/** `$mod+k` as `["Ctrl K"]` (`⌘ K` on a Mac), `g i` as `["G", "I"]`. */
export function keyLabels(keys: string, mac = isMac()): string[] {
  return keys.split(" ").map((press) =>
    press
      .split("+")
      .map((key) =>
        key === "$mod" && mac ? "⌘" : (names[key] ?? (key.length === 1 ? key.toUpperCase() : key)),
      )
      .join(" "),
  );
}

function isMac(): boolean {
  return typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);
}
