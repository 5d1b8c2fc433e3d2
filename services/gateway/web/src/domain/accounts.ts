// What each kind of account needs. Labels and hints are looked up by name in the translations.

export type Adapter = "imap" | "smtp" | "llm" | "http" | "bridge";
export const adapters: readonly Adapter[] = ["imap", "smtp", "llm", "http", "bridge"];

export interface AccountField {
  name: string;
  /** Settings can be read back; credentials are write-only. */
  part: "settings" | "credentials";
  kind: "text" | "number" | "password" | "choice";
  optional?: boolean;
  initial?: string;
  choices?: readonly string[];
  placeholder?: string;
  /** Shown only while another field has this value. */
  when?: { field: string; is: string };
}

const tls = ["implicit", "starttls", "none"] as const;
const host = (placeholder: string): AccountField => ({ name: "host", part: "settings", kind: "text", placeholder });
const secret = (name: string, optional = false): AccountField => ({
  name,
  part: "credentials",
  kind: "password",
  optional,
});

export const accountFields: Record<Adapter, readonly AccountField[]> = {
  imap: [
    host("imap.example.org"),
    { name: "port", part: "settings", kind: "number", initial: "993" },
    { name: "tls", part: "settings", kind: "choice", choices: tls, initial: "implicit" },
    { name: "username", part: "settings", kind: "text", placeholder: "you@example.org" },
    secret("password"),
    { name: "mailbox", part: "settings", kind: "text", initial: "INBOX" },
  ],
  smtp: [
    host("smtp.example.org"),
    { name: "port", part: "settings", kind: "number", initial: "587" },
    { name: "tls", part: "settings", kind: "choice", choices: tls, initial: "starttls" },
    { name: "from", part: "settings", kind: "text", placeholder: "you@example.org" },
    { name: "username", part: "settings", kind: "text", optional: true },
    secret("password", true),
  ],
  llm: [
    { name: "base_url", part: "settings", kind: "text", placeholder: "http://127.0.0.1:11434/v1" },
    { name: "model", part: "settings", kind: "text", placeholder: "llama3.2" },
    secret("api_key", true),
  ],
  http: [
    { name: "base_url", part: "settings", kind: "text", placeholder: "https://api.example.org" },
    { name: "auth", part: "settings", kind: "choice", choices: ["bearer", "basic", "header"], initial: "bearer" },
    { name: "username", part: "settings", kind: "text", when: { field: "auth", is: "basic" } },
    { name: "header", part: "settings", kind: "text", placeholder: "X-Api-Key", when: { field: "auth", is: "header" } },
    secret("secret"),
  ],
  bridge: [{ name: "protocol", part: "settings", kind: "text", placeholder: "signal" }, secret("token")],
};

export type Values = Readonly<Record<string, string>>;

/** What a form starts with: the stored settings, or each field's usual value. Credentials start empty. */
export function initialValues(adapter: Adapter, settings: Readonly<Record<string, unknown>> = {}): Values {
  return Object.fromEntries(
    accountFields[adapter].map((field) => {
      const stored = field.part === "settings" ? settings[field.name] : undefined;
      const text = typeof stored === "string" || typeof stored === "number" ? String(stored) : undefined;
      return [field.name, text ?? field.initial ?? ""];
    }),
  );
}

export function visibleFields(adapter: Adapter, values: Values): AccountField[] {
  return accountFields[adapter].filter(({ when }) => !when || values[when.field] === when.is);
}

/** The request's two parts. Empty optional fields are left out, and so are credentials that were not typed. */
export function accountParts(adapter: Adapter, values: Values) {
  const parts = { settings: {} as Record<string, unknown>, credentials: {} as Record<string, unknown> };
  for (const field of visibleFields(adapter, values)) {
    const value = values[field.name] ?? "";
    if (value === "") continue;
    parts[field.part][field.name] = field.kind === "number" ? Number(value) : value;
  }
  return parts;
}
