import { History } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BacktestCase } from "../../../api/types";
import { remarkable, tallyOf, type Tally } from "../../../domain/backtest";
import { Badge } from "../../../ui/Badge";
import { SwitchInput } from "../../../ui/Field";
import { EmptyState } from "../../../ui/States";
import { CaseRow } from "./CaseRow";

/** The past runs that a version was tried on: in sum, then one by one. */
export function Cases({ cases }: { cases: BacktestCase[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  if (cases.length === 0) {
    return (
      <EmptyState icon={History} title={t("rehearsal.noCases")}>
        {t("rehearsal.noCasesText")}
      </EmptyState>
    );
  }
  const shown = all ? cases : remarkable(cases);
  return (
    <div role="status" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <Sums tally={tallyOf(cases)} />
        <span className="ml-auto">
          <SwitchInput label={t("rehearsal.showAll")} isSelected={all} onChange={setAll} />
        </span>
      </div>
      {shown.length === 0 && <p className="text-ink-2">{t("rehearsal.allSame")}</p>}
      <ol aria-label={t("rehearsal.cases")} className="border-line rounded-xl border empty:hidden">
        {shown.map((one) => (
          <CaseRow key={one.run_id} one={one} />
        ))}
      </ol>
    </div>
  );
}

function Sums({ tally }: { tally: Tally }) {
  const { t } = useTranslation();
  const { same, differs, filtered, notStarted, notReached, failing } = tally;
  return (
    <>
      <Badge>{t("rehearsal.sum.all", { count: tally.all })}</Badge>
      {failing > 0 && <Badge tone="bad">{t("rehearsal.sum.failing", { count: failing })}</Badge>}
      {differs > 0 && <Badge tone="warn">{t("rehearsal.sum.differs", { count: differs })}</Badge>}
      {filtered > 0 && <Badge tone="note">{t("rehearsal.sum.filtered", { count: filtered })}</Badge>}
      {notStarted > 0 && <Badge tone="note">{t("rehearsal.sum.notStarted", { count: notStarted })}</Badge>}
      {notReached > 0 && <Badge tone="note">{t("rehearsal.sum.notReached", { count: notReached })}</Badge>}
      {same > 0 && <Badge tone="ok">{t("rehearsal.sum.same", { count: same })}</Badge>}
    </>
  );
}
