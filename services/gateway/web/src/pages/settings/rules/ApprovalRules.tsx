import { useQuery } from "@tanstack/react-query";
import { Plus, ShieldCheck } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCommands } from "../../../app/commands";
import { meQuery } from "../../../app/queries";
import { approvalRulesQuery } from "../../../app/ruleQueries";
import { Button } from "../../../ui/Button";
import { Card } from "../../../ui/PageHeader";
import { EmptyState, ErrorState, SkeletonRows } from "../../../ui/States";
import { RuleDialog } from "./RuleDialog";
import { RuleRow } from "./RuleRow";

/** When people must agree to what any workflow is about to do. */
export function ApprovalRules() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(approvalRulesQuery);
  const { data: me } = useQuery(meQuery);
  const [place, setPlace] = useState<number | null>(null);
  const may = me?.is_admin === true;
  const rules = data?.rules;
  const next = rules?.length;
  const commands = useMemo(
    () =>
      may && next !== undefined
        ? [
            {
              id: "rules.new",
              title: t("rules.new"),
              section: t("rules.title"),
              keys: "n",
              icon: Plus,
              run: () => setPlace(next),
            },
          ]
        : [],
    [t, may, next],
  );
  useCommands(commands);
  const add = may && next !== undefined && (
    <Button kind="primary" onPress={() => setPlace(next)}>
      <Plus aria-hidden size={15} />
      {t("rules.new")}
    </Button>
  );
  return (
    <section aria-label={t("rules.title")} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="min-w-0 flex-1 basis-60">
          <h2 className="text-lg font-semibold">{t("rules.title")}</h2>
          <p className="text-ink-2">{t(me?.is_admin === false ? "rules.leadOthers" : "rules.lead")}</p>
        </div>
        {rules && rules.length > 0 && add}
      </div>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : rules?.length === 0 ? (
        <Card>
          <EmptyState icon={ShieldCheck} title={t("rules.empty")} actions={add}>
            {t("rules.emptyText")}
          </EmptyState>
        </Card>
      ) : (
        <Card>
          {rules ? (
            <ol>
              {rules.map((rule, index) => (
                <RuleRow
                  key={`${index} ${JSON.stringify(rule)}`}
                  rules={rules}
                  place={index}
                  onEdit={may ? () => setPlace(index) : undefined}
                />
              ))}
            </ol>
          ) : (
            <SkeletonRows rows={4} height={78} />
          )}
        </Card>
      )}
      {rules && place !== null && <RuleDialog rules={rules} place={place} onClose={() => setPlace(null)} />}
    </section>
  );
}
