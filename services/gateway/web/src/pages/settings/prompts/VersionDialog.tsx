import { useQuery } from "@tanstack/react-query";
import { Rocket } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Prompt } from "../../../api/types";
import { promptVersionQuery } from "../../../app/promptQueries";
import { linesBetween } from "../../../domain/textDiff";
import { Button } from "../../../ui/Button";
import { cx } from "../../../ui/cx";
import { Dialog } from "../../../ui/Dialog";
import { TextInput } from "../../../ui/Field";
import { ErrorState, ProblemNote, Skeleton } from "../../../ui/States";
import { Time } from "../../../ui/Time";
import { usePutIntoProduction } from "./usePrompt";

interface VersionDialogProps {
  prompt: Prompt;
  version: number;
  onTried: (version: number) => void;
  onClose: () => void;
}

/** A version's text, and what it says otherwise than the one in production. */
export function VersionDialog({ prompt, version, onTried, onClose }: VersionDialogProps) {
  const { t } = useTranslation();
  const { data, error } = useQuery(promptVersionQuery(prompt.id, version));
  const put = usePutIntoProduction({ prompt, onTried, onDone: onClose });
  const current = version === prompt.version;
  return (
    <Dialog
      title={t("versions.name", { version })}
      isOpen
      onClose={onClose}
      wide
      footer={
        !current && (
          <Button
            kind="primary"
            isDisabled={!data}
            isPending={put.isPending}
            onPress={() => put.mutate(version)}
          >
            <Rocket aria-hidden size={14} />
            {t("prompts.put")}
          </Button>
        )
      }
    >
      {error && !data ? (
        <ErrorState error={error} />
      ) : data ? (
        <div className="flex flex-col gap-4">
          <ProblemNote error={put.error} />
          <p className="text-ink-3 text-sm">
            {current && `${t("prompts.production")} · `}
            <Time at={data.saved_at} />
          </p>
          {!current && data.text !== prompt.text && (
            <TextDifferences
              before={prompt.text}
              after={data.text}
              label={t("prompts.differences", { version: prompt.version })}
            />
          )}
          <TextInput label={t("prompts.text")} rows={12} mono isReadOnly value={data.text} />
        </div>
      ) : (
        <Skeleton className="h-72 rounded-lg" />
      )}
    </Dialog>
  );
}

/** The lines that differ; the sign says which side has them. */
function TextDifferences({ before, after, label }: { before: string; after: string; label: string }) {
  const { t } = useTranslation();
  const differing = linesBetween(before, after)
    .map((line, index) => ({ ...line, index }))
    .filter(({ kind }) => kind !== "same");
  return (
    <div>
      <p className="text-sm font-medium">{label}</p>
      <ul aria-label={label} className="mt-1 font-mono text-xs">
        {differing.map(({ kind, text, index }) => (
          <li
            key={index}
            className={cx(
              "mt-0.5 rounded px-2 py-0.5 break-words whitespace-pre-wrap",
              kind === "removed" ? "bg-bad-soft" : "bg-ok-soft",
            )}
          >
            <span aria-hidden className="text-ink-2 mr-2">
              {kind === "removed" ? "−" : "+"}
            </span>
            <span className="sr-only">{t(kind === "removed" ? "change.removed" : "change.added")}: </span>
            {text}
          </li>
        ))}
      </ul>
    </div>
  );
}
