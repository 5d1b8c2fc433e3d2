import { useInfiniteQuery } from "@tanstack/react-query";
import { Ban, Check, CircleSlash, History, Pencil, Reply, X, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Question } from "../../api/types";
import { usePersonName } from "../../app/people";
import { questionsQuery } from "../../app/queries";
import { Badge, type Tone } from "../../ui/Badge";
import { itemsOf } from "../../ui/listItems";
import { LoadMore } from "../../ui/LoadMore";
import { Card } from "../../ui/PageHeader";
import { EmptyState, ErrorState, SkeletonRows } from "../../ui/States";
import { Time } from "../../ui/Time";
import { Origin } from "./QuestionCard";

/** What was decided: by whom, when, and why. */
export function DecidedQuestions() {
  const { t } = useTranslation();
  const query = useInfiniteQuery(questionsQuery({ state: "decided" }));
  const questions = itemsOf(query.data);
  if (query.isPending) {
    return (
      <Card>
        <SkeletonRows rows={5} height={72} />
      </Card>
    );
  }
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (questions.length === 0) {
    return (
      <EmptyState icon={History} title={t("questions.noneDecided")}>
        {t("questions.noneDecidedText")}
      </EmptyState>
    );
  }
  return (
    <>
      <Card>
        <ul>
          {questions.map((question) => (
            <DecidedRow key={question.id} question={question} />
          ))}
        </ul>
      </Card>
      <LoadMore query={query} />
    </>
  );
}

const looks = {
  approve: { icon: Check, tone: "ok" },
  edit: { icon: Pencil, tone: "ok" },
  respond: { icon: Reply, tone: "ok" },
  reject: { icon: X, tone: "bad" },
  ignore: { icon: Ban, tone: "plain" },
  withdrawn: { icon: CircleSlash, tone: "plain" },
} satisfies Record<string, { icon: LucideIcon; tone: Tone }>;

export type Outcome = keyof typeof looks;

function outcomeOf(text: string | null): Outcome {
  return text !== null && text in looks ? (text as Outcome) : "withdrawn";
}

/** What came of a question. */
export function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation();
  const { icon, tone } = looks[outcome];
  return (
    <Badge tone={tone} icon={icon}>
      {t(`questions.outcome.${outcome}`)}
    </Badge>
  );
}

function DecidedRow({ question }: { question: Question }) {
  const { t } = useTranslation();
  const personName = usePersonName();
  const outcome = outcomeOf(question.decision);
  const nobody = outcome === "withdrawn" ? null : t("people.nobodyInTime");
  const who = question.decided_by ? personName(question.decided_by) : nobody;
  return (
    <li className="border-line border-b px-4 py-3 last:border-0 sm:px-5">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 className="min-w-0 flex-1 basis-48 text-base font-medium break-words">{question.title}</h2>
        <OutcomeBadge outcome={outcome} />
      </div>
      <p className="text-ink-3 mt-0.5 flex flex-wrap items-center gap-x-1.5 text-sm">
        <Origin question={question} />
        {who && (
          <>
            <span aria-hidden>·</span>
            <span>{who}</span>
          </>
        )}
        {question.decided_at && (
          <>
            <span aria-hidden>·</span>
            <Time at={question.decided_at} />
          </>
        )}
      </p>
      {question.comment && (
        <p className="text-ink-2 mt-1 break-words whitespace-pre-wrap">{question.comment}</p>
      )}
    </li>
  );
}
