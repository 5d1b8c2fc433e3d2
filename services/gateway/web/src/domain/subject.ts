// NATS subject patterns, as the tap takes them.

/** Why a pattern cannot be used, or undefined. */
export function patternFault(
  pattern: string,
): "empty" | "empty_token" | "bad_character" | "misplaced_rest" | undefined {
  if (pattern === "") return "empty";
  const tokens = pattern.split(".");
  if (tokens.includes("")) return "empty_token";
  if (/\s/.test(pattern)) return "bad_character";
  const rest = tokens.findIndex((token) => token.includes(">"));
  if (rest !== -1 && (tokens[rest] !== ">" || rest !== tokens.length - 1)) return "misplaced_rest";
  if (tokens.some((token) => token.includes("*") && token !== "*")) return "bad_character";
  return undefined;
}

/** Whether `subject` is selected by `pattern` (`*` one token, `>` one or more to the end). */
export function matches(pattern: string, subject: string): boolean {
  const wanted = pattern.split(".");
  const tokens = subject.split(".");
  for (const [index, want] of wanted.entries()) {
    if (want === ">") return tokens.length > index;
    if (tokens[index] === undefined || (want !== "*" && want !== tokens[index])) return false;
  }
  return tokens.length === wanted.length;
}
