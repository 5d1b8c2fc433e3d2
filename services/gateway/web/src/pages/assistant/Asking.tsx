import { useInfiniteQuery } from "@tanstack/react-query";
import { questionsQuery } from "../../app/queries";
import { itemsOf } from "../../ui/listItems";
import { QuestionCard } from "../questions/QuestionCard";

/** What the assistant asks before it goes on: the same cards as among the questions. */
export function Asking({ runId }: { runId: string }) {
  const { data } = useInfiniteQuery(questionsQuery({ state: "open", run_id: runId }));
  const questions = itemsOf(data);
  if (questions.length === 0) return null;
  return (
    <div className="mt-3 flex flex-col gap-3">
      {questions.map((question) => (
        <QuestionCard key={question.id} question={question} />
      ))}
    </div>
  );
}
