// What each kind of account needs. Labels and hints are looked up by name in the translations.

export type Adapter = "imap" | "smtp" | "llm" | "http" | "bridge";
export const adapters: readonly Adapter[] = ["imap", "smtp", "llm", "http", "bridge"];

export interface AccountField {
  name: string;
  /** Settings can be read back; credentials are write-only. */
  part: "settings" | "credentials";
  /** A list is typed with commas. */
  kind: "text" | "number" | "list" | "password" | "choice";
  optional?: boolean;
  initial?: string;
  choices?: readonly string[];
  /** The choice that is not sent: the adapter decides. */
  unset?: string;
  placeholder?: string;
  /** Shown only while another field has this value. */
  when?: { field: string; is: string };
}

const tls = ["implicit", "starttls", "none"] as const;
const text = (name: string, more: Partial<AccountField> = {}): AccountField => ({
  name,
  part: "settings",
  kind: "text",
  ...more,
});
const secret = (name: string, more: Partial<AccountField> = {}): AccountField => ({
  name,
  part: "credentials",
  kind: "password",
  ...more,
});
const port = (initial: string) => text("port", { kind: "number", initial });
const encryption = (initial: string) => text("tls", { kind: "choice", choices: tls, initial });
const certificate = text("certificate_sha256", { optional: true });
const scheme = (is: string) => ({ when: { field: "scheme", is } });

export const accountFields: Record<Adapter, readonly AccountField[]> = {
  imap: [
    text("host", { placeholder: "imap.example.org" }),
    port("993"),
    encryption("implicit"),
    text("username", { placeholder: "you@example.org" }),
    secret("password"),
    text("mailbox", { initial: "INBOX" }),
    text("backfill", { kind: "number", initial: "0" }),
    certificate,
  ],
  smtp: [
    text("host", { placeholder: "smtp.example.org" }),
    port("587"),
    encryption("starttls"),
    text("from", { placeholder: "Ada <ada@example.org>" }),
    text("user", { optional: true }),
    secret("password", { optional: true }),
    certificate,
  ],
  llm: [
    text("base_url", { placeholder: "http://127.0.0.1:11434/v1" }),
    text("protocol", { kind: "choice", choices: ["openai", "ollama", "anthropic"], initial: "openai" }),
    text("model", { placeholder: "llama3.2", optional: true }),
    secret("api_key", { optional: true }),
    text("input_price", { kind: "number", optional: true }),
    text("output_price", { kind: "number", optional: true }),
    text("context_tokens", { kind: "number", optional: true }),
    text("privacy", {
      kind: "choice",
      choices: ["by_address", "local", "remote"],
      initial: "by_address",
      unset: "by_address",
    }),
  ],
  http: [
    text("allowed_hosts", { kind: "list", placeholder: "api.example.org" }),
    text("scheme", { kind: "choice", choices: ["bearer", "basic", "header"], initial: "bearer" }),
    secret("token", scheme("bearer")),
    secret("user", { kind: "text", ...scheme("basic") }),
    secret("password", scheme("basic")),
    text("header", { placeholder: "X-Api-Key", ...scheme("header") }),
    secret("value", scheme("header")),
  ],
  bridge: [secret("token")],
};

export type Values = Readonly<Record<string, string>>;

/** What a form starts with: the stored settings, or each field's usual value. Credentials start empty. */
export function initialValues(adapter: Adapter, settings: Readonly<Record<string, unknown>> = {}): Values {
  return Object.fromEntries(
    accountFields[adapter].map((field) => {
      const stored = field.part === "settings" ? settings[field.name] : undefined;
      return [field.name, asText(stored) ?? field.initial ?? ""];
    }),
  );
}

function asText(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

export function visibleFields(adapter: Adapter, values: Values): AccountField[] {
  return accountFields[adapter].filter(({ when }) => !when || values[when.field] === when.is);
}

/**
 * The request's two parts. Empty optional fields are left out, and so are credentials that were not typed. Settings that
 * are `stored` but have no field here stay as they are.
 */
export function accountParts(
  adapter: Adapter,
  values: Values,
  stored: Readonly<Record<string, unknown>> = {},
) {
  const fields = new Set(accountFields[adapter].map((field) => field.name));
  const kept = Object.entries(stored).filter(([name]) => !fields.has(name));
  const parts = {
    settings: Object.fromEntries(kept) as Record<string, unknown>,
    credentials: {} as Record<string, unknown>,
  };
  for (const field of visibleFields(adapter, values)) {
    const value = values[field.name] ?? "";
    if (value === "" || value === field.unset) continue;
    parts[field.part][field.name] = asValue(field, value);
  }
  return parts;
}

function asValue(field: AccountField, value: string): unknown {
  if (field.kind === "number") return Number(value);
  if (field.kind !== "list") return value;
  return value
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}
