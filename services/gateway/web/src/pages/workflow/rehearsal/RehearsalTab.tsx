import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleDot, Save } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { versionsQuery } from "../../../app/queries";
import { Button } from "../../../ui/Button";
import { SelectInput } from "../../../ui/Field";
import { itemsOf } from "../../../ui/listItems";
import { Card, PageBody } from "../../../ui/PageHeader";
import type { Draft } from "../useDraft";
import { Backtesting } from "./Backtesting";
import { DryRun } from "./DryRun";
import { Plan } from "./Plan";

/** What a version would do, before it does: its plan, a run that sends nothing, and what past events would have come to. */
export function RehearsalTab({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const { workflow } = draft;
  const [chosen, setChosen] = useState<number>();
  const version = chosen ?? workflow.draft_version;
  const versions = itemsOf(useInfiniteQuery(versionsQuery(workflow.id)).data).map((one) => one.version);
  const offered = versions.includes(version) ? versions : [version, ...versions];
  const notes = new Map([[workflow.draft_version, t("workflows.draftOnly")]]);
  if (workflow.published_version != null) notes.set(workflow.published_version, t("versions.live"));
  return (
    <PageBody wide>
      <div className="flex flex-col gap-5 pt-6">
        {draft.dirty && <Unsaved draft={draft} />}
        <div className="max-w-xs">
          <SelectInput
            label={t("rehearsal.version")}
            value={String(version)}
            onChange={(id) => setChosen(Number(id))}
            options={offered.map((number) => ({
              id: String(number),
              name: t("versions.name", { version: number }),
              note: notes.get(number),
            }))}
          />
        </div>
        <Part title={t("rehearsal.plan")} lead={t("rehearsal.planLead")}>
          <Plan workflow={workflow} version={version} />
        </Part>
        <Part title={t("rehearsal.dry")} lead={t("rehearsal.dryLead")}>
          <DryRun key={version} workflow={workflow} version={version} />
        </Part>
        <Part title={t("rehearsal.backtest")} lead={t("rehearsal.backtestLead")}>
          <Backtesting key={version} workflowId={workflow.id} version={version} />
        </Part>
      </div>
    </PageBody>
  );
}

function Unsaved({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  return (
    <div role="status" className="bg-accent-soft flex flex-wrap items-center gap-3 rounded-xl px-4 py-2.5">
      <CircleDot aria-hidden size={16} className="text-accent shrink-0" />
      <p className="min-w-0 flex-1 basis-60">{t("rehearsal.unsaved")}</p>
      <Button small onPress={() => void draft.save()} isPending={draft.saving}>
        <Save aria-hidden size={14} />
        {t("workflow.save")}
      </Button>
    </div>
  );
}

function Part({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Card padded>
        <h2 className="text-md font-semibold">{title}</h2>
        <p className="text-ink-2 mb-4">{lead}</p>
        {children}
      </Card>
    </section>
  );
}
