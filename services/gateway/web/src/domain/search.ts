// How well a name answers what was typed.

/** 0 when some word is not in the name; higher the earlier and the closer to a word's beginning they are. */
export function rank(name: string, typed: string): number {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const text = name.toLowerCase();
  let score = 1;
  for (const word of words) {
    const at = text.indexOf(word);
    if (at === -1) return 0;
    const begins = at === 0 ? 1 : /\s/.test(text.charAt(at - 1)) ? 0.8 : 0.4;
    score *= begins * (0.5 + word.length / (2 * text.length));
  }
  return score;
}
