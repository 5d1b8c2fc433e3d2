import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePersonName } from "../../app/people";
import { fullTime, mediumTime, percent } from "../../domain/format";
import type { NodeRun, QuestionRun } from "../../domain/run";
import { JsonView } from "../../ui/JsonView";
import { About } from "../questions/About";
import { OutcomeBadge } from "../questions/DecidedQuestions";

/** What a node asked people, who decided what, and why nobody was asked. */
export function NodeQuestions({ node }: { node: NodeRun }) {
  const { t } = useTranslation();
  return (
    <>
      {node.waived && (
        <p className="text-ink-2 mb-3">
          {t(node.waived.told ? "run.waivedTold" : "run.waived", {
            share: percent(node.waived.confidence / 1000),
          })}
        </p>
      )}
      {node.questions.map((one) => (
        <Asked key={one.question.question_id} asked={one} />
      ))}
      {node.awaited && (
        <div className="mb-4">
          <p className="text-ink-2">
            {t(node.awaited.eventId ? "run.eventCame" : "run.eventAwaited", { type: node.awaited.eventType })}
            {node.awaited.filter && ` ${t("run.eventFilter", { filter: node.awaited.filter })}`}
          </p>
          {isFilled(node.awaited.matching) && (
            <JsonView value={node.awaited.matching} label={t("run.eventMatch")} />
          )}
        </div>
      )}
    </>
  );
}

function Asked({ asked }: { asked: QuestionRun }) {
  const { t } = useTranslation();
  const personName = usePersonName();
  const { question, decided } = asked;
  const names = (ids: string[]) => ids.map(personName).join(", ");
  return (
    <section
      aria-label={question.title}
      className="border-line bg-surface mb-4 flex min-w-0 flex-col gap-2.5 rounded-lg border p-3.5"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="min-w-0 flex-1 basis-40 font-medium break-words">{question.title}</h2>
        {decided && <OutcomeBadge outcome={decided.kind} />}
        {!decided && asked.withdrawnAt !== undefined && <OutcomeBadge outcome="withdrawn" />}
      </div>
      {question.text && <p className="break-words whitespace-pre-wrap">{question.text}</p>}
      <About subject={question.about} />
      <ol className="text-ink-2 text-sm">
        <Step at={asked.askedAt}>
          {question.assignees?.length
            ? t("run.askedThem", { who: names(question.assignees) })
            : t("run.askedAll")}
        </Step>
        {asked.passedOn.map((one) => (
          <Step key={one.at} at={one.at}>
            {one.actor
              ? t("run.passedOn", { who: personName(one.actor), to: names(one.to) })
              : t("run.escalated", { to: names(one.to) })}
          </Step>
        ))}
        {decided && (
          <Step at={decided.at}>
            {t("run.decidedBy", {
              who: decided.actor ? personName(decided.actor) : t("people.nobodyInTime"),
              what: t(`questions.outcome.${decided.kind}`),
            })}
          </Step>
        )}
        {asked.withdrawnAt !== undefined && <Step at={asked.withdrawnAt}>{t("run.withdrawn")}</Step>}
      </ol>
      {decided?.comment && (
        <blockquote className="border-line-strong border-l-2 pl-3 break-words whitespace-pre-wrap">
          {decided.comment}
        </blockquote>
      )}
      {decided?.value !== undefined && (
        <div>
          <p className="text-ink-2 mb-1 text-sm font-medium">{t("run.decidedValue")}</p>
          <JsonView value={decided.value} label={t("run.decidedValue")} />
        </div>
      )}
    </section>
  );
}

function Step({ at, children }: { at: number; children: ReactNode }) {
  const time = new Date(at);
  return (
    <li className="flex flex-wrap gap-x-2">
      <time dateTime={time.toISOString()} title={fullTime(time)} className="text-ink-3 tabular">
        {mediumTime(time)}
      </time>
      <span className="min-w-0 break-words">{children}</span>
    </li>
  );
}

function isFilled(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}
