import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Subject } from "../../api/types";
import { previewOf, type Preview } from "../../domain/question";
import { JsonView } from "../../ui/JsonView";
import { WorkflowName } from "./WorkflowName";

/** What a question is about, whole: what would happen, or the value that is shown. */
export function About({ subject }: { subject: Subject }) {
  const { t } = useTranslation();
  if (subject.kind === "form") return null;
  if (subject.kind === "value") {
    return (
      <Shown title={t("questions.value")}>
        <Body body={typeof subject.value === "string" ? { text: subject.value } : { value: subject.value }} />
      </Shown>
    );
  }
  const { facts, body, steps = [], rest } = previewOf(subject);
  const more = Object.keys(rest).length > 0;
  return (
    <Shown title={title(t, subject)}>
      {facts.length > 0 && (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
          {facts.map(({ name, text }) => (
            <div key={name} className="contents">
              <dt className="text-ink-3">{t(`questions.fact.${name}`)}</dt>
              <dd className="font-medium break-words">
                {name === "workflow" ? <WorkflowName id={text} /> : text}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {body && <Body body={body} />}
      {steps.length > 0 && (
        <ol className="flex flex-col gap-1 font-mono text-sm">
          {steps.map((step, place) => (
            <li key={place} className="break-words">
              {step}
            </li>
          ))}
        </ol>
      )}
      {more && (
        <details>
          <summary className="text-ink-2 w-fit cursor-pointer rounded text-sm">{t("questions.rest")}</summary>
          <div className="mt-2">
            <JsonView value={rest} label={t("questions.rest")} />
          </div>
        </details>
      )}
    </Shown>
  );
}

function title(t: TFunction, { protocol, operation }: Extract<Subject, { kind: "effect" }>): string {
  switch (protocol) {
    case "smtp":
    case "http":
    case "bridge":
    case "llm":
    case "engine":
    case "assistant":
      return t(`questions.act.${protocol}`);
    default:
      return t("questions.act.other", { protocol, operation });
  }
}

function Shown({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div
      role="group"
      aria-label={title}
      className="border-line bg-sunken min-w-0 rounded-lg border px-3.5 py-2.5"
    >
      <p className="text-ink-2 mb-1.5 text-sm font-medium">{title}</p>
      <div className="flex flex-col gap-2.5">{children}</div>
    </div>
  );
}

function Body({ body }: { body: NonNullable<Preview["body"]> }) {
  const { t } = useTranslation();
  if ("text" in body) {
    return <p className="border-line-strong border-l-2 pl-3 break-words whitespace-pre-wrap">{body.text}</p>;
  }
  return <JsonView value={body.value} label={t("questions.body")} />;
}
