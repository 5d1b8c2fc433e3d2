import { useQuery } from "@tanstack/react-query";
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Feedback } from "../../api/types";
import { feedbackQuery, invocationQuery } from "../../app/promptQueries";
import { lastWords, spoken } from "../../domain/feedback";
import { pathOf } from "../../domain/jsonDiff";
import { Badge } from "../../ui/Badge";
import { IconButton } from "../../ui/IconButton";
import { ProblemNote } from "../../ui/States";
import { Time } from "../../ui/Time";
import { useGiveFeedback } from "./useGiveFeedback";
import { WrongDialog } from "./WrongDialog";

/** Whether a model's answer was right: asked, and what was said. */
export function AnswerFeedback({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data: call } = useQuery(invocationQuery(id));
  const { data: given } = useQuery(feedbackQuery(id));
  const [correcting, setCorrecting] = useState(false);
  const right = useGiveFeedback(id);
  const said = lastWords(given?.items ?? []);
  // What is forgotten, or was asked without a prompt, can be no case.
  const answer = call?.status === "completed" && call.prompt_version != null ? call.response : undefined;
  const open = answer !== undefined && answer !== null;
  if (!open && said.length === 0) return null;
  return (
    <section aria-label={t("feedback.title")} className="mt-4 flex flex-col gap-2">
      {open && (
        <p className="text-ink-2 flex flex-wrap items-center gap-1 text-sm">
          <span className="mr-1">{t("feedback.question")}</span>
          <IconButton
            small
            label={t("feedback.wasRight")}
            isPending={right.isPending}
            onPress={() => right.mutate({ verdict: "right" })}
          >
            <ThumbsUp aria-hidden size={14} />
          </IconButton>
          <IconButton small label={t("feedback.wasWrong")} onPress={() => setCorrecting(true)}>
            <ThumbsDown aria-hidden size={14} />
          </IconButton>
        </p>
      )}
      <ProblemNote error={right.error} />
      {said.length > 0 && (
        <ul aria-label={t("feedback.said")} className="flex flex-col gap-1 text-sm">
          {said.map((one) => (
            <Said key={one.id} said={one} />
          ))}
        </ul>
      )}
      {open && correcting && (
        <WrongDialog invocationId={id} answer={answer} onClose={() => setCorrecting(false)} />
      )}
    </section>
  );
}

function Said({ said }: { said: Feedback }) {
  const { t } = useTranslation();
  const wrong = said.verdict === "wrong";
  const part = pathOf(said.path) || t("feedback.whole");
  return (
    <li className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
      <Badge tone={wrong ? "bad" : "ok"} icon={wrong ? ThumbsDown : ThumbsUp}>
        {t(wrong ? "feedback.wrong" : "feedback.right")}
      </Badge>
      <span className="min-w-0 break-words">
        {said.expected == null
          ? part
          : t("feedback.shouldBe", { part, expected: spoken(said.expected).slice(0, 300) })}
      </span>
      {said.question_id && <span className="text-ink-2">{t("feedback.refused")}</span>}
      {said.comment && <span className="text-ink-2 min-w-0 break-words">{said.comment}</span>}
      <span className="text-ink-3">
        <Time at={said.given_at} />
      </span>
    </li>
  );
}
