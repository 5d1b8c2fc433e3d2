import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CalendarClock, ChevronDown, Zap } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import type { Trigger, Workflow } from "../../api/types";
import { fullTime } from "../../domain/format";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { SwitchInput } from "../../ui/Field";
import { cx } from "../../ui/cx";
import { TriggerIcon } from "../../ui/NodeIcon";
import { Card, PageBody } from "../../ui/PageHeader";
import { EmptyState } from "../../ui/States";
import { Time } from "../../ui/Time";
import { TriggerSecret } from "./TriggerSecret";
import { useWhy } from "./why/useWhy";
import { WhyPanel } from "./why/WhyPanel";

export function TriggersTab({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation();
  return (
    <PageBody wide>
      <div className="h-6" />
      {workflow.triggers.length === 0 ? (
        <EmptyState icon={Zap} title={t("triggers.empty")}>
          {t(workflow.published_version == null ? "triggers.emptyDraft" : "triggers.emptyText")}
        </EmptyState>
      ) : (
        <Card>
          <ul>
            {workflow.triggers.map((trigger) => (
              <TriggerRow key={trigger.id} trigger={trigger} />
            ))}
          </ul>
        </Card>
      )}
    </PageBody>
  );
}

function TriggerRow({ trigger }: { trigger: Trigger }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const toggle = useMutation({
    mutationFn: (enabled: boolean) =>
      unwrap(api.PATCH("/api/v1/triggers/{id}", { params: { path: { id: trigger.id } }, body: { enabled } })),
    onSettled: () => client.invalidateQueries({ queryKey: ["workflows"] }),
  });
  const why = useWhy(trigger.workflow_id);
  const asking = why.asked === trigger.id;
  const enabled = toggle.isPending ? toggle.variables : trigger.enabled;
  return (
    <li className="border-line flex items-start gap-4 border-b px-4 py-4 last:border-0 sm:px-5">
      <span className="bg-ok-soft text-ok grid size-9 shrink-0 place-items-center rounded-xl">
        <TriggerIcon kind={trigger.kind} size={17} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="font-medium">{t(`triggers.kind.${trigger.kind}`)}</p>
        <p className="text-ink-3 font-mono text-sm">{trigger.node_id}</p>
        {trigger.webhook_url && (
          <div className="bg-sunken mt-2 flex max-w-full items-center gap-1 rounded-lg py-0.5 pr-0.5 pl-3">
            <code className="min-w-0 flex-1 truncate font-mono text-sm">{trigger.webhook_url}</code>
            <CopyButton text={trigger.webhook_url} label={t("triggers.copyUrl")} />
          </div>
        )}
        {trigger.kind === "webhook" && <TriggerSecret trigger={trigger} />}
        {trigger.last_reason && (
          <p className="text-warn mt-1 text-sm">
            {t("triggers.lastReason", { message: trigger.last_reason.message })}{" "}
            <Time at={trigger.last_reason.at} />
          </p>
        )}
        {trigger.kind === "schedule" && <NextFires fires={trigger.next_fires ?? []} enabled={enabled} />}
        <div className="mt-2">
          <Button
            small
            aria-expanded={asking}
            aria-label={t("why.openNamed", { node: trigger.node_id })}
            onPress={() => why.ask(asking ? undefined : trigger.id)}
          >
            <ChevronDown
              aria-hidden
              size={14}
              className={cx("transition-transform", !asking && "-rotate-90")}
            />
            {t("why.open")}
          </Button>
        </div>
        {asking && <WhyPanel trigger={trigger} />}
      </div>
      <SwitchInput
        label={t(enabled ? "triggers.on" : "triggers.off")}
        isSelected={enabled}
        isDisabled={toggle.isPending}
        onChange={(on) => toggle.mutate(on)}
      />
    </li>
  );
}

function NextFires({ fires, enabled }: { fires: string[]; enabled: boolean }) {
  const { t } = useTranslation();
  if (!enabled) return null;
  if (fires.length === 0) return <p className="text-ink-3 mt-2 text-sm">{t("triggers.noFires")}</p>;
  return (
    <div className="mt-2">
      <p className="text-ink-2 flex items-center gap-1.5 text-sm font-medium">
        <CalendarClock aria-hidden size={14} />
        {t("triggers.next")}
      </p>
      <ol className="text-ink-2 mt-1 text-sm">
        {fires.slice(0, 5).map((at) => (
          <li key={at} className="tabular">
            {fullTime(new Date(at))}{" "}
            <span className="text-ink-3">
              (<Time at={at} />)
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
