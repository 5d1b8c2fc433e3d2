import { useTranslation } from "react-i18next";
import type { Adapter, Values } from "../../domain/accounts";
import { Button } from "../../ui/Button";

const presets: Partial<Record<Adapter, { name: string; values: Values }[]>> = {
  imap: [
    { name: "Gmail", values: { host: "imap.gmail.com", port: "993", tls: "implicit" } },
    { name: "Fastmail", values: { host: "imap.fastmail.com", port: "993", tls: "implicit" } },
    { name: "iCloud", values: { host: "imap.mail.me.com", port: "993", tls: "implicit" } },
  ],
  smtp: [
    { name: "Gmail", values: { host: "smtp.gmail.com", port: "587", tls: "starttls" } },
    { name: "Fastmail", values: { host: "smtp.fastmail.com", port: "465", tls: "implicit" } },
    { name: "iCloud", values: { host: "smtp.mail.me.com", port: "587", tls: "starttls" } },
  ],
  llm: [
    { name: "Ollama", values: { base_url: "http://127.0.0.1:11434", protocol: "ollama" } },
    { name: "llama.cpp", values: { base_url: "http://127.0.0.1:8080/v1", protocol: "openai" } },
    { name: "vLLM", values: { base_url: "http://127.0.0.1:8000/v1", protocol: "openai" } },
    { name: "OpenAI", values: { base_url: "https://api.openai.com/v1", protocol: "openai" } },
    { name: "Anthropic", values: { base_url: "https://api.anthropic.com", protocol: "anthropic" } },
  ],
};

/** Fills in what is known of common providers. */
export function Presets({ adapter, onPick }: { adapter: Adapter; onPick: (values: Values) => void }) {
  const { t } = useTranslation();
  const known = presets[adapter];
  if (!known) return null;
  return (
    <div className="mb-4 flex flex-wrap items-center gap-2">
      <span className="text-ink-3 text-sm">{t("accounts.presets")}</span>
      {known.map((preset) => (
        <Button key={preset.name} small onPress={() => onPick(preset.values)}>
          {preset.name}
        </Button>
      ))}
    </div>
  );
}
