/** Pages that show without anything having been made before. */
export const pages = [
  "/inbox",
  "/inbox?archived=true",
  "/assistant",
  "/workflows",
  "/workflows/new",
  "/runs",
  "/accounts",
  "/accounts/new/imap",
  "/accounts/new/http",
  "/events",
  "/notifications",
  "/settings",
  "/settings?tab=me",
  "/settings?tab=api-keys",
  "/settings?tab=prompts",
  "/nowhere",
];
