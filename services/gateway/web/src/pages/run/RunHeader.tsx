import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleStop } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, idempotencyKey, unwrap } from "../../api/client";
import type { Run } from "../../api/types";
import { count, dollars, duration, fullTime, mediumTime, shortId } from "../../domain/format";
import type { RunState } from "../../domain/run";
import { Badge } from "../../ui/Badge";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { ConfirmDialog } from "../../ui/Dialog";
import { PageHeader } from "../../ui/PageHeader";
import { StateBadge } from "../runs/RunStatusBadge";
import { Again } from "./again/Again";
import { CompareButton } from "./CompareButton";
import { useNow } from "./useNow";

export function RunHeader({ facts, run }: { facts: Run; run: RunState }) {
  const { t } = useTranslation();
  const status = run.seq > 0 ? run.status : facts.status;
  const now = useNow(status === "running");
  const started = run.startedAt ?? Date.parse(facts.started_at);
  const ended = run.endedAt ?? (facts.ended_at ? Date.parse(facts.ended_at) : now);
  return (
    <>
      <PageHeader
        title={facts.workflow_name}
        back={{ to: "/runs", label: t("nav.runs") }}
        meta={
          <>
            <StateBadge state={status} />
            {facts.dry && <Badge tone="note">{t("run.dry")}</Badge>}
          </>
        }
        actions={
          <>
            <CompareButton runId={facts.id} other={facts.forked_from ?? undefined} />
            {status === "running" ? <CancelRun id={facts.id} /> : <Again runId={facts.id} run={run} />}
          </>
        }
      />
      <dl className="text-ink-2 mx-auto flex w-full max-w-5xl flex-wrap gap-x-8 gap-y-2 px-4 pb-6 sm:px-6">
        <Fact name={t("run.took")}>
          <span className="tabular">{duration(Math.max(0, ended - started))}</span>
        </Fact>
        <Fact name={t("run.started")}>
          <span title={fullTime(new Date(started))}>{mediumTime(new Date(started))}</span>
        </Fact>
        <Fact name={t("run.trigger")}>{t(`triggers.kind.${kind(facts.trigger.kind)}`)}</Fact>
        {facts.parent_run_id && (
          <Fact name={t("run.parent")}>
            <Link
              to="/runs/$runId"
              params={{ runId: facts.parent_run_id }}
              search={{ node: run.parent?.node }}
              className="text-accent rounded font-mono text-sm hover:underline"
            >
              {facts.parent_run_id}
            </Link>
          </Fact>
        )}
        <Fact name={t("run.version")}>
          <Link
            to="/workflows/$workflowId"
            params={{ workflowId: facts.workflow_id }}
            className="text-accent rounded hover:underline"
          >
            {t("versions.name", { version: facts.version })}
          </Link>
        </Fact>
        {facts.forked_from && (
          <Fact name={t("run.forkedFrom")}>
            <Link
              to="/runs/$runId"
              params={{ runId: facts.forked_from }}
              className="text-accent rounded hover:underline"
            >
              {shortId(facts.forked_from)}
              {facts.forked_at && ` · ${facts.forked_at}`}
            </Link>
          </Fact>
        )}
        {run.tokens > 0 && <Fact name={t("run.tokens")}>{count(run.tokens)}</Fact>}
        {run.costMicros > 0 && <Fact name={t("run.cost")}>{dollars(run.costMicros)}</Fact>}
        <Fact name={t("run.id")}>
          <span className="inline-flex items-center gap-1 font-mono text-sm">
            {facts.id}
            <CopyButton text={facts.id} />
          </span>
        </Fact>
      </dl>
    </>
  );
}

const kinds = ["manual", "webhook", "schedule", "integration_event", "workflow", "error"] as const;

function kind(text: string): (typeof kinds)[number] {
  return kinds.find((one) => one === text) ?? "manual";
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-ink-3 text-xs">{name}</dt>
      <dd className="flex min-h-6 items-center">{children}</dd>
    </div>
  );
}

function CancelRun({ id }: { id: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const cancel = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/v1/runs/{id}/cancel", {
          params: { path: { id }, header: { "Idempotency-Key": idempotencyKey() } },
        }),
      ),
    onSuccess: () => {
      setAsking(false);
      void client.invalidateQueries({ queryKey: ["runs", id] });
    },
    meta: { quiet: true },
  });
  return (
    <>
      <Button onPress={() => setAsking(true)}>
        <CircleStop aria-hidden size={14} />
        {t("run.cancel")}
      </Button>
      <ConfirmDialog
        title={t("run.cancelTitle")}
        isOpen={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => cancel.mutate()}
        pending={cancel.isPending}
        error={cancel.error}
        action={t("run.cancel")}
      >
        <p>{t("run.cancelText")}</p>
      </ConfirmDialog>
    </>
  );
}
