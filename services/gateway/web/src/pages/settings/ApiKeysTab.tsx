import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, removed } from "../../api/client";
import type { ApiKey } from "../../api/types";
import { apiKeysQuery } from "../../app/queries";
import { Button } from "../../ui/Button";
import { IconButton } from "../../ui/IconButton";
import { ConfirmDialog } from "../../ui/Dialog";
import { Card } from "../../ui/PageHeader";
import { EmptyState, ErrorState, SkeletonRows } from "../../ui/States";
import { Time } from "../../ui/Time";
import { NewApiKeyDialog } from "./NewApiKeyDialog";

export function ApiKeysTab() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(apiKeysQuery);
  const [creating, setCreating] = useState(false);
  const create = (
    <Button kind="primary" onPress={() => setCreating(true)}>
      <Plus aria-hidden size={15} />
      {t("apiKeys.new")}
    </Button>
  );
  return (
    <>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data?.items.length === 0 ? (
        <EmptyState icon={KeyRound} title={t("apiKeys.empty")} actions={create}>
          {t("apiKeys.emptyText")}
        </EmptyState>
      ) : (
        <>
          <div className="mb-3 flex items-center justify-between gap-4">
            <p className="text-ink-2">{t("apiKeys.lead")}</p>
            {create}
          </div>
          <Card>
            {data ? (
              <ul>
                {data.items.map((key) => (
                  <KeyRow key={key.id} apiKey={key} />
                ))}
              </ul>
            ) : (
              <SkeletonRows rows={3} height={60} />
            )}
          </Card>
        </>
      )}
      {creating && <NewApiKeyDialog onClose={() => setCreating(false)} />}
    </>
  );
}

function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: () => removed(api.DELETE("/api/v1/api-keys/{id}", { params: { path: { id: apiKey.id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["api-keys"] }),
    meta: { quiet: true },
  });
  return (
    <li className="border-line flex items-center gap-x-4 border-b px-4 py-3 last:border-0 sm:px-5">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{apiKey.name}</p>
        <p className="text-ink-3 truncate font-mono text-xs">
          {apiKey.prefix}… · {apiKey.scopes.join(", ")}
        </p>
      </div>
      <p className="text-ink-3 text-sm whitespace-nowrap">
        {apiKey.last_used_at ? (
          <>
            {t("apiKeys.used")} <Time at={apiKey.last_used_at} />
          </>
        ) : (
          t("apiKeys.unused")
        )}
      </p>
      <IconButton
        label={t("apiKeys.revokeNamed", { name: apiKey.name })}
        small
        onPress={() => setAsking(true)}
      >
        <Trash2 aria-hidden size={15} />
      </IconButton>
      <ConfirmDialog
        title={t("apiKeys.revokeTitle", { name: apiKey.name })}
        isOpen={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => revoke.mutate()}
        pending={revoke.isPending}
        error={revoke.error}
        action={t("apiKeys.revoke")}
      >
        <p>{t("apiKeys.revokeText")}</p>
      </ConfirmDialog>
    </li>
  );
}
