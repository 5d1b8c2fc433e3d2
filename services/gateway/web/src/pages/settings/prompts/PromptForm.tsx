import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Prompt } from "../../../api/types";
import { Button } from "../../../ui/Button";
import { TextInput } from "../../../ui/Field";
import { Card } from "../../../ui/PageHeader";
import { ProblemNote } from "../../../ui/States";
import { Time } from "../../../ui/Time";
import { useSavePrompt } from "./usePrompt";

interface PromptFormProps {
  prompt: Prompt;
  onTried: (version: number) => void;
}

/** The text in production, to be written anew. */
export function PromptForm({ prompt, onTried }: PromptFormProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(prompt.text);
  const save = useSavePrompt({ prompt, onTried });
  // What was just saved is no change any more, even while it is only tried.
  const saved = save.isSuccess ? save.variables : prompt.text;
  return (
    <Card padded>
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <h2 className="text-md font-semibold">{prompt.name}</h2>
          <p className="text-ink-3 text-sm">
            {t("prompts.inProduction", { version: prompt.version })} · <Time at={prompt.updated_at} />
          </p>
        </div>
        <ProblemNote error={save.error} />
        <TextInput
          label={t("prompts.text")}
          hint={t("prompts.hint")}
          rows={16}
          mono
          value={text}
          onChange={setText}
        />
        <div className="flex justify-end gap-2">
          <Button onPress={() => setText(prompt.text)} isDisabled={text === prompt.text}>
            {t("prompts.revert")}
          </Button>
          <Button
            kind="primary"
            isDisabled={text === prompt.text || text === saved || text.trim() === ""}
            isPending={save.isPending}
            onPress={() => save.mutate(text)}
          >
            {t("prompts.save")}
          </Button>
        </div>
      </div>
    </Card>
  );
}
