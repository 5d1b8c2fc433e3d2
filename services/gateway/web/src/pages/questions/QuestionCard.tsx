import {
  AlarmClock,
  CircleCheck,
  MessageCircleQuestionMark,
  ShieldCheck,
  type LucideIcon,
} from "lucide-react";
import { Link } from "@tanstack/react-router";
import { useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { DecisionKind, Question } from "../../api/types";
import { decisionRequest, subjectOf } from "../../domain/question";
import { nodeKey } from "../../domain/run";
import { Time } from "../../ui/Time";
import { About } from "./About";
import { Decide } from "./Decide";
import { useDecide } from "./useDecide";
import { Taint } from "./Taint";
import { focusQuestion, neighbour } from "./useQuestionKeys";

/** An open question: what it is about, and what can be done. */
export function QuestionCard({ question }: { question: Question }) {
  const { t } = useTranslation();
  const titleId = useId();
  const subject = subjectOf(question);
  const decide = useDecide(question.id);
  const { error } = decide;
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    // Back after a refusal: it takes the focus, unless the person is writing elsewhere by now.
    if (error && !document.activeElement?.matches("input, textarea, [contenteditable=true]")) {
      card.current?.focus();
    }
  }, [error]);
  const sent = decide.isPending ? decide.variables.decision : (question.decision as DecisionKind | null);
  return (
    <>
      {sent !== null && <Sent question={question} decision={sent} />}
      {/* It stays while it is decided: what was written is still there after a refusal. */}
      <article
        ref={card}
        hidden={sent !== null}
        tabIndex={-1}
        aria-labelledby={titleId}
        data-question={question.id}
        className="border-line bg-surface shadow-card focus:border-accent focus:outline-accent flex min-w-0 flex-col gap-3.5 rounded-xl border p-4 focus:outline-2 focus:-outline-offset-1 sm:p-5"
      >
        <Head
          question={question}
          titleId={titleId}
          icon={question.kind === "approval" ? ShieldCheck : MessageCircleQuestionMark}
        />
        {question.text && <p className="break-words whitespace-pre-wrap">{question.text}</p>}
        {subject ? (
          <>
            <Taint tainted={question.tainted} />
            <About subject={subject} />
            {question.mine ? (
              <Decide
                question={question}
                subject={subject}
                error={error}
                onDecide={(decision, value, comment) => {
                  const next = neighbour(question.id);
                  decide.mutate(decisionRequest(subject, decision, { value, comment }));
                  requestAnimationFrame(() => focusQuestion(next));
                }}
              />
            ) : (
              <p className="text-ink-3 text-sm">{t("questions.notYours")}</p>
            )}
          </>
        ) : (
          <p className="text-ink-3 text-sm">{t("questions.unknownKind")}</p>
        )}
      </article>
    </>
  );
}

interface HeadProps {
  question: Question;
  titleId: string;
  icon: LucideIcon;
}

function Head({ question, titleId, icon: Icon }: HeadProps) {
  const { t } = useTranslation();
  return (
    <header className="flex items-start gap-3">
      <span className="bg-accent-soft text-accent grid size-9 shrink-0 place-items-center rounded-xl">
        <Icon
          size={17}
          aria-label={t(question.kind === "approval" ? "questions.approval" : "questions.clarification")}
        />
      </span>
      <div className="min-w-0 flex-1">
        <h2 id={titleId} className="text-md font-semibold break-words">
          {question.title}
        </h2>
        <p className="text-ink-3 flex flex-wrap items-center gap-x-1.5 text-sm">
          <Origin question={question} />
          <span aria-hidden>·</span>
          <Time at={question.asked_at} />
        </p>
        {question.deadline && <Deadline deadline={question.deadline} />}
      </div>
    </header>
  );
}

/** The workflow and the run that ask. */
export function Origin({ question }: { question: Question }) {
  const { t } = useTranslation();
  const face = "text-accent rounded hover:underline";
  return (
    <>
      <Link
        to="/workflows/$workflowId"
        params={{ workflowId: question.workflow_id }}
        className={`${face} min-w-0 break-words`}
      >
        {question.workflow_name}
      </Link>
      <span aria-hidden>·</span>
      <Link
        to="/runs/$runId"
        params={{ runId: question.run_id }}
        search={{ node: nodeKey(question.node, question.iteration) }}
        className={face}
      >
        {t("questions.run", { node: question.node })}
      </Link>
    </>
  );
}

const fallbacks = ["approve", "reject", "ignore"] as const;

function Deadline({ deadline }: { deadline: NonNullable<Question["deadline"]> }) {
  const { t } = useTranslation();
  const then = fallbacks.find((one) => one === deadline.then) ?? "reject";
  return (
    <p className="text-warn mt-0.5 flex items-center gap-1.5 text-sm">
      <AlarmClock aria-hidden size={14} className="shrink-0" />
      <span>
        {t(`questions.then.${then}`)} <Time at={deadline.at} />
      </span>
    </p>
  );
}

/** A question that is on its way out: decided here, not yet gone from the list. */
function Sent({ question, decision }: { question: Question; decision: DecisionKind }) {
  const { t } = useTranslation();
  return (
    <p className="border-line text-ink-2 flex items-center gap-2.5 rounded-xl border border-dashed px-4 py-3 sm:px-5">
      <CircleCheck aria-hidden size={16} className="text-ok shrink-0" />
      <span className="min-w-0 flex-1 truncate">{question.title}</span>
      <span className="shrink-0 text-sm">{t(`questions.did.${decision}`)}</span>
    </p>
  );
}
