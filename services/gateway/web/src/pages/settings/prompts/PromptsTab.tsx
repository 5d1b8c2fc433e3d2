import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import type { Prompt } from "../../api/types";
import { promptQuery, promptsQuery } from "../../app/queries";
import { Button } from "../../ui/Button";
import { TextInput } from "../../ui/Field";
import { Card } from "../../ui/PageHeader";
import { EmptyState, ErrorState, ProblemNote, Skeleton, SkeletonRows } from "../../ui/States";
import { Time } from "../../ui/Time";
import { toast } from "../../ui/toast";

/** The prompts that nodes and the assistant use; saving makes a new version. */
export function PromptsTab({ openId }: { openId?: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(promptsQuery);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data?.items.length === 0) {
    return (
      <EmptyState icon={ScrollText} title={t("prompts.empty")}>
        {t("prompts.emptyText")}
      </EmptyState>
    );
  }
  const id = openId ?? data?.items[0]?.id;
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[16rem_1fr]">
      <Card>
        {data ? (
          <ul>
            {data.items.map((prompt) => (
              <li key={prompt.id} className="border-line border-b last:border-0">
                <Link
                  to="/settings"
                  search={{ tab: "prompts", prompt: prompt.id }}
                  replace
                  aria-current={prompt.id === id ? "true" : undefined}
                  className={`focus-inset block px-4 py-2.5 ${prompt.id === id ? "bg-accent-soft" : "hover:bg-hover"}`}
                >
                  <span className="block truncate font-medium">{prompt.name}</span>
                  <span className="text-ink-3 block text-sm">
                    {t("prompts.line", { version: prompt.version })}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        ) : (
          <SkeletonRows rows={4} height={58} />
        )}
      </Card>
      {id ? <PromptEditor key={id} id={id} /> : <Skeleton className="h-80 rounded-xl" />}
    </div>
  );
}

function PromptEditor({ id }: { id: string }) {
  const { data, error } = useQuery(promptQuery(id));
  if (error && !data) return <ErrorState error={error} />;
  if (!data) return <Skeleton className="h-80 rounded-xl" />;
  return <PromptForm key={data.version} prompt={data} />;
}

function PromptForm({ prompt }: { prompt: Prompt }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [text, setText] = useState(prompt.text);
  const save = useMutation({
    mutationFn: () =>
      unwrap(api.PUT("/api/v1/prompts/{id}", { params: { path: { id: prompt.id } }, body: { text } })),
    onSuccess: (next) => {
      client.setQueryData(["prompts", prompt.id], next);
      void client.invalidateQueries({ queryKey: ["prompts"] });
      toast(t("prompts.saved", { version: next.version }));
    },
    meta: { quiet: true },
  });
  return (
    <Card padded>
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <h2 className="text-md font-semibold">{prompt.name}</h2>
          <p className="text-ink-3 text-sm">
            {t("prompts.line", { version: prompt.version })} · <Time at={prompt.updated_at} />
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
            isDisabled={text === prompt.text || text.trim() === ""}
            isPending={save.isPending}
            onPress={() => save.mutate()}
          >
            {t("prompts.save")}
          </Button>
        </div>
      </div>
    </Card>
  );
}
