import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { VersionPlan, Workflow } from "../../../api/types";
import { planQuery } from "../../../app/insightQueries";
import { accountsQuery, nodeTypesQuery } from "../../../app/queries";
import { count, shortId } from "../../../domain/format";
import { EffectBadge } from "../../../ui/EffectBadge";
import { ErrorState, Skeleton } from "../../../ui/States";

/** How large a run of a version can become, and what it is allowed to touch. */
export function Plan({ workflow, version }: { workflow: Workflow; version: number }) {
  const { t } = useTranslation();
  const { data: plan, error, refetch } = useQuery(planQuery(workflow.id, version));
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!plan) return <Skeleton className="h-28 rounded-xl" />;
  return (
    <div className="flex flex-col gap-4">
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-5">
        <Fact name={t("rehearsal.nodes")} value={plan.nodes} />
        <Fact name={t("rehearsal.levels")} value={plan.levels} hint={t("rehearsal.levelsHint")} />
        <Fact name={t("rehearsal.width")} value={plan.width} hint={t("rehearsal.widthHint")} />
        <Fact name={t("rehearsal.effects")} value={plan.effects} hint={t("rehearsal.effectsHint")} />
        <Fact
          name={t("rehearsal.modelCalls")}
          value={plan.most_model_calls}
          hint={t("rehearsal.modelHint")}
        />
      </dl>
      <Operations plan={plan} />
      <Accounts plan={plan} />
    </div>
  );
}

function Fact({ name, value, hint }: { name: string; value: number; hint?: string }) {
  return (
    <div className="bg-sunken rounded-xl px-3.5 py-2.5">
      <dt className="text-ink-2 text-sm">{name}</dt>
      <dd>
        <span className="tabular block text-xl font-semibold">{count(value)}</span>
        {hint && <span className="text-ink-3 block text-xs">{hint}</span>}
      </dd>
    </div>
  );
}

function Operations({ plan }: { plan: VersionPlan }) {
  const { t } = useTranslation();
  const { data: types } = useQuery(nodeTypesQuery);
  const effects = new Map(
    types?.map(({ operation: one }) => [one && `${one.protocol}.${one.operation}`, one?.effect]),
  );
  return (
    <Touches title={t("rehearsal.operations")} none={t("rehearsal.noOperations")}>
      {plan.operations.map((operation) => (
        <li key={operation} className="flex flex-wrap items-center gap-2">
          <span className="font-mono text-sm">{operation}</span>
          {effects.has(operation) && <EffectBadge effect={effects.get(operation) ?? ""} />}
        </li>
      ))}
    </Touches>
  );
}

function Accounts({ plan }: { plan: VersionPlan }) {
  const { t } = useTranslation();
  const { data } = useQuery(accountsQuery);
  return (
    <Touches title={t("rehearsal.accounts")} none={t("rehearsal.noAccounts")}>
      {plan.accounts.map((id) => {
        const account = data?.items.find((one) => one.id === id);
        return (
          <li key={id}>
            {account ? (
              <Link
                to="/accounts/$accountId"
                params={{ accountId: id }}
                className="text-accent rounded hover:underline"
              >
                {account.name}
              </Link>
            ) : (
              <span className="text-warn">{t("rehearsal.notYours", { id: shortId(id) })}</span>
            )}
          </li>
        );
      })}
    </Touches>
  );
}

function Touches({ title, none, children }: { title: string; none: string; children: ReactNode[] }) {
  return (
    <div>
      <h3 className="text-sm font-medium">{title}</h3>
      {children.length > 0 ? (
        <ul className="mt-1 flex flex-col gap-1">{children}</ul>
      ) : (
        <p className="text-ink-2 mt-1">{none}</p>
      )}
    </div>
  );
}
