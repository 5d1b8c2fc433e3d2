import { useInfiniteQuery } from "@tanstack/react-query";
import { MessageCircleQuestionMark } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { questionsQuery } from "../../app/queries";
import { LinkButton } from "../../ui/Button";
import { itemsOf } from "../../ui/listItems";
import { LoadMore } from "../../ui/LoadMore";
import { Card } from "../../ui/PageHeader";
import { EmptyState, ErrorState, SkeletonRows } from "../../ui/States";
import { QuestionCard } from "./QuestionCard";
import { focusQuestion } from "./useQuestionKeys";

/** Open questions: those that this person may decide, then those that others are asked. */
export function OpenQuestions({ focusId }: { focusId?: string }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(questionsQuery({ state: "open" }));
  const questions = itemsOf(query.data);
  useFocusOnce(
    focusId,
    questions.some((question) => question.id === focusId),
  );
  if (query.isPending) {
    return (
      <Card>
        <SkeletonRows rows={3} height={140} />
      </Card>
    );
  }
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (questions.length === 0) {
    return (
      <EmptyState
        icon={MessageCircleQuestionMark}
        title={t("questions.empty")}
        actions={<LinkButton to="/workflows">{t("questions.toWorkflows")}</LinkButton>}
      >
        <p>{t("questions.emptyText")}</p>
        <pre className="bg-sunken mt-3 rounded-lg px-3 py-2 text-left font-mono text-xs whitespace-pre-wrap">
          {example}
        </pre>
      </EmptyState>
    );
  }
  const mine = questions.filter((question) => question.mine);
  const others = questions.filter((question) => !question.mine);
  return (
    <>
      <ul aria-label={t("questions.forYou")} className="flex flex-col gap-4 empty:hidden">
        {mine.map((question) => (
          <li key={question.id}>
            <QuestionCard question={question} />
          </li>
        ))}
      </ul>
      {others.length > 0 && (
        <details className="mt-6" open={mine.length === 0}>
          <summary className="text-ink-2 w-fit cursor-pointer rounded font-medium">
            {t("questions.forOthers", { count: others.length })}
          </summary>
          <ul className="mt-3 flex flex-col gap-4">
            {others.map((question) => (
              <li key={question.id}>
                <QuestionCard question={question} />
              </li>
            ))}
          </ul>
        </details>
      )}
      <LoadMore query={query} />
    </>
  );
}

/** What makes a workflow ask, as its document says it. */
const example = `"approval": { "title": "Send this reply?" }`;

/** The question that a link names has the focus once it shows. */
function useFocusOnce(id: string | undefined, ready: boolean): void {
  const done = useRef<string>(undefined);
  useEffect(() => {
    if (!ready || id === undefined || done.current === id) return;
    done.current = id;
    focusQuestion(id);
  }, [id, ready]);
}
