// The running fleet, and what stands around it: mailbox, mail server, model.
import { createTransport } from "nodemailer";

export const ada = {
  name: "Ada Lovelace",
  email: "ada@example.org",
  password: "correct horse battery staple",
  state: "test-results/.auth/ada.json",
};

/** A variable of the environment; undefined when it is not set. */
export function given(name: string): string | undefined {
  return process.env[name] || undefined;
}

/** The variables that are not set, to name them where a test is skipped. */
export function missing(...names: string[]): string[] {
  return names.filter((name) => !given(name));
}

interface Mail {
  subject: string;
  text: string;
}

/** Delivers a mail into the sample mailbox through the real mail server. */
export async function sendMail({ subject, text }: Mail): Promise<void> {
  const user = given("ST_SMTP_USER");
  const transport = createTransport({
    host: given("ST_SMTP_HOST"),
    port: Number(given("ST_SMTP_PORT")),
    tls: { rejectUnauthorized: false },
    ...(user && { auth: { user, pass: given("ST_SMTP_PASSWORD") } }),
  });
  const to = given("ST_MAIL_TO") ?? given("ST_IMAP_USER");
  await transport.sendMail({ from: "Charles Babbage <charles@example.org>", to, subject, text });
  transport.close();
}

/** Tells the scripted model what to say next, and how slowly. */
export async function scriptModel(text: string, pauseMs: number): Promise<void> {
  await script({ kind: "slowly", text, pause_ms: pauseMs });
}

/** Tells the scripted model which tool to call next. */
export async function scriptCall(tool: string, args: unknown): Promise<void> {
  await script({ kind: "calls", text: "", calls: [[tool, args]] });
}

async function script(what: unknown): Promise<void> {
  const response = await fetch(`${given("ST_MODEL_URL")}/scripts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(what),
  });
  if (!response.ok) throw new Error(`the model refused a script: ${response.status}`);
}
