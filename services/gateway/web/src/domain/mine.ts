// Apart from the rest about questions: the navigation counts them, before any page is loaded.
import type { Question } from "../api/types";

/** Open, and this person may decide it. */
export function isMine(question: Pick<Question, "mine" | "decision">): boolean {
  return question.mine && question.decision === null;
}
