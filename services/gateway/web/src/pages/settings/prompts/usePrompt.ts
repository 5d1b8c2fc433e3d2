import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../../api/client";
import type { Prompt } from "../../../api/types";
import { production, savedAs } from "../../../domain/promptVersion";
import { toast } from "../../../ui/toast";

interface Settled {
  prompt: Prompt;
  /** A version that is tried first: production stays until then. */
  onTried: (version: number) => void;
  onDone?: () => void;
}

/** Saves a text as a new version. */
export function useSavePrompt({ prompt, onTried }: Settled) {
  const { t } = useTranslation();
  const keep = useKeep(prompt.id);
  return useMutation({
    mutationFn: (text: string) =>
      unwrap(api.PUT("/api/v1/prompts/{id}", { params: { path: { id: prompt.id } }, body: { text } })),
    // The news of the new version may be here before the answer.
    onMutate: () => prompt,
    onSuccess: (next, _text, before) => {
      keep(next);
      const saved = savedAs(before, next);
      if (saved?.state === "tried") onTried(saved.version);
      if (saved?.state === "production") toast(t("prompts.saved", { version: saved.version }));
      else toast(t("prompts.kept"));
    },
    meta: { quiet: true },
  });
}

/** Puts a version into production, at once or after it was tried. */
export function usePutIntoProduction({ prompt, onTried, onDone }: Settled) {
  const { t } = useTranslation();
  const keep = useKeep(prompt.id);
  return useMutation({
    mutationFn: (version: number) =>
      unwrap(
        api.PUT("/api/v1/prompts/{id}/labels/{label}", {
          params: { path: { id: prompt.id, label: production } },
          body: { version },
        }),
      ),
    onSuccess: (next, version) => {
      keep(next);
      if (next.version === version) toast(t("prompts.saved", { version }));
      else onTried(version);
      onDone?.();
    },
    meta: { quiet: true },
  });
}

/** Shows the prompt as it is now, and reads again what depends on it. */
function useKeep(id: string) {
  const client = useQueryClient();
  return (next: Prompt) => {
    client.setQueryData(["prompts", id], next);
    void client.invalidateQueries({ queryKey: ["prompts"] });
    void client.invalidateQueries({ queryKey: ["list", "prompts", id] });
  };
}
