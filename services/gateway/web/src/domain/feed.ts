// What a change in the live feed makes stale, by the first words of the cache keys.

const rules: [test: RegExp, stale: string[]][] = [
  [/inbox|email|message\.received/, ["inbox"]],
  [/notification/, ["notifications"]],
  [/^question/, ["questions"]],
  [/^run\.|^workflow\.(started|completed|failed|cancelled)/, ["runs", "invocations", "inbox"]],
  [/^workflow|trigger|schedule/, ["workflows"]],
  [/account/, ["accounts", "status"]],
  [/conversation/, ["conversations"]],
  // Answers show what they could rest on.
  [/^fact\./, ["facts", "conversations"]],
  [/prompt/, ["prompts"]],
  [/llm/, ["status", "invocations", "models"]],
  [/api_key|api-key/, ["api-keys"]],
];

export function staleAfter(type: string): Set<string> {
  return new Set(rules.flatMap(([test, stale]) => (test.test(type) ? stale : [])));
}

/** Whether a cache key belongs to one of the stale resources; lists carry a leading `list`. */
export function isStale(key: readonly unknown[], stale: ReadonlySet<string>): boolean {
  const resource = key[0] === "list" ? key[1] : key[0];
  return typeof resource === "string" && stale.has(resource);
}
