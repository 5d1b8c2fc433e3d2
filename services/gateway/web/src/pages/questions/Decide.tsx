import { Ban, Check, Forward, Pencil, Reply, X, type LucideIcon } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "../../api/problem";
import type { DecisionKind, Question, Subject } from "../../api/types";
import { decisionsOn } from "../../domain/question";
import { Button } from "../../ui/Button";
import { TextInput } from "../../ui/Field";
import { ProblemNote } from "../../ui/States";
import { Delegate } from "./Delegate";
import { Write } from "./Write";

interface DecideProps {
  question: Question;
  subject: Subject;
  error: ApiError | null;
  onDecide: (decision: DecisionKind, value: unknown, comment: string) => void;
}

type Panel = "edit" | "respond" | "delegate";

const icons: Record<DecisionKind, LucideIcon> = {
  approve: Check,
  edit: Pencil,
  respond: Reply,
  reject: X,
  ignore: Ban,
};

/** The ways to decide a question. One that takes a value is written first. */
export function Decide({ question, subject, error, onDecide }: DecideProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<Panel | null>(null);
  const [comment, setComment] = useState("");
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (opened) place.current?.querySelector<HTMLElement>("form input, form textarea, form button")?.focus();
  }, [opened]);
  const isForm = subject.kind === "form";
  // A question with a form is answered in it: the form is always there.
  const panel = opened === "delegate" ? opened : isForm ? "respond" : opened;
  const decisions = decisionsOn(subject).filter((kind) => !(isForm && kind === "respond"));
  const send = (decision: DecisionKind, value?: unknown) => onDecide(decision, value, comment);
  const commentField = (
    <TextInput label={t("questions.comment")} value={comment} onChange={setComment} maxLength={2000} />
  );
  return (
    <div ref={place} className="flex flex-col gap-3.5">
      <ProblemNote error={error} />
      {panel === "delegate" && <Delegate question={question} onClose={() => setOpened(null)} />}
      {(panel === "edit" || panel === "respond") && (
        <Write
          key={panel}
          subject={subject}
          decision={panel}
          error={error}
          onSend={(value) => send(panel, value)}
          onClose={isForm ? undefined : () => setOpened(null)}
        >
          {!isForm && commentField}
        </Write>
      )}
      {opened === null && (
        <>
          {commentField}
          <div role="group" aria-label={t("questions.decisions")} className="flex flex-wrap gap-2">
            {decisions.map((kind) => {
              const Icon = icons[kind];
              const writes = kind === "edit" || kind === "respond";
              return (
                <Button
                  key={kind}
                  kind={kind === "approve" ? "primary" : "secondary"}
                  data-act={kind}
                  onPress={() => (writes ? setOpened(kind) : send(kind))}
                >
                  <Icon aria-hidden size={15} />
                  {t(`questions.decide.${kind}`)}
                </Button>
              );
            })}
            <Button kind="quiet" onPress={() => setOpened("delegate")}>
              <Forward aria-hidden size={15} />
              {t("questions.delegate")}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
