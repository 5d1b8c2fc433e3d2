import { useMemo, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { partsOf, spoken, wrongPart } from "../../domain/feedback";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Side } from "../../ui/Differences";
import { SelectInput, TextInput } from "../../ui/Field";
import { ProblemNote } from "../../ui/States";
import { useGiveFeedback } from "./useGiveFeedback";

/** Stands for the empty pointer in the choice; no pointer is this. */
const whole = "whole";

interface WrongDialogProps {
  invocationId: string;
  answer: unknown;
  onClose: () => void;
}

/** What is wrong with an answer, and what should be there. */
export function WrongDialog({ invocationId, answer, onClose }: WrongDialogProps) {
  const { t } = useTranslation();
  const parts = useMemo(() => partsOf(answer), [answer]);
  const [pointer, setPointer] = useState("");
  const [expected, setExpected] = useState("");
  const [comment, setComment] = useState("");
  const give = useGiveFeedback(invocationId, onClose);
  const part = parts.find((one) => one.pointer === pointer) ?? parts[0];
  const refusedComment = give.error?.at("/comment");
  return (
    <Dialog
      title={t("feedback.wrongTitle")}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          <Button kind="primary" type="submit" form="wrong-answer" isPending={give.isPending}>
            {t("feedback.send")}
          </Button>
        </>
      }
    >
      <Form
        id="wrong-answer"
        validationBehavior="aria"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (part && !give.isPending) give.mutate(wrongPart(part, expected, comment));
        }}
      >
        {!refusedComment && <ProblemNote error={give.error} />}
        {parts.length > 1 && (
          <SelectInput
            label={t("feedback.part")}
            value={pointer || whole}
            onChange={(next) => {
              setPointer(next === whole ? "" : next);
              give.reset();
            }}
            options={parts.map((one) => ({
              id: one.pointer || whole,
              name: one.name || t("feedback.whole"),
              note: one.name === "" ? undefined : clipped(one.value),
            }))}
          />
        )}
        <div>
          <p className="text-sm font-medium">{t("feedback.answered")}</p>
          <div className="font-mono text-xs">
            <Side sign="−" value={part?.value} tone="bg-bad-soft" />
          </div>
        </div>
        <TextInput
          label={t("feedback.expected")}
          hint={t(typeof part?.value === "string" ? "feedback.expectedText" : "feedback.expectedJson")}
          rows={2}
          value={expected}
          onChange={setExpected}
        />
        <TextInput
          label={t("feedback.comment")}
          rows={2}
          value={comment}
          onChange={setComment}
          error={refusedComment}
        />
      </Form>
    </Dialog>
  );
}

function clipped(value: unknown): string {
  const text = spoken(value);
  return text.length > 24 ? `${text.slice(0, 24)}…` : text;
}
