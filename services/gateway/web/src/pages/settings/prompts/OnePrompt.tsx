import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Drift } from "../../../api/types";
import { promptQuery } from "../../../app/promptQueries";
import { ErrorState, Skeleton } from "../../../ui/States";
import { Corrections } from "./Corrections";
import { PromptForm } from "./PromptForm";
import { Trials } from "./Trials";
import { TriedNote } from "./TriedNote";
import { Versions } from "./Versions";

/** A prompt with its versions, what people corrected of its answers, and how versions did on that. */
export function OnePrompt({ id }: { id: string }) {
  const { data, error } = useQuery(promptQuery(id));
  const [tried, setTried] = useState<number | null>(null);
  if (error && !data) return <ErrorState error={error} />;
  if (!data) return <Skeleton className="h-80 rounded-xl" />;
  return (
    <div className="flex min-w-0 flex-col gap-6">
      {data.drift && <DriftNote drift={data.drift} />}
      {tried !== null && tried !== data.version && <TriedNote promptId={id} version={tried} />}
      <PromptForm key={data.version} prompt={data} onTried={setTried} />
      <Versions prompt={data} onTried={setTried} />
      <Corrections promptId={id} />
      <Trials promptId={id} />
    </div>
  );
}

function DriftNote({ drift }: { drift: Drift }) {
  const { t } = useTranslation();
  return (
    <p role="status" className="bg-warn-soft flex gap-2.5 rounded-xl px-3.5 py-2.5">
      <TriangleAlert aria-hidden size={16} className="text-warn mt-0.5 shrink-0" />
      {t("prompts.drift", {
        wrong: drift.wrong,
        answers: drift.answers,
        wrongBefore: drift.wrong_before,
        answersBefore: drift.answers_before,
      })}
    </p>
  );
}
