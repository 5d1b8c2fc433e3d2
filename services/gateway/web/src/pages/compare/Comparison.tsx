import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ArrowLeftRight, Equal } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useCommands, type Command } from "../../app/commands";
import { runDiffQuery } from "../../app/insightQueries";
import { runQuery } from "../../app/queries";
import type { Run, RunDiff } from "../../api/types";
import { pairsOf, tallyOf } from "../../domain/runDiff";
import { Badge } from "../../ui/Badge";
import { Button, LinkButton } from "../../ui/Button";
import { SwitchInput } from "../../ui/Field";
import { Card } from "../../ui/PageHeader";
import { EmptyState, ErrorState, SkeletonRows } from "../../ui/States";
import { PairRow } from "./PairRow";
import { RunSide } from "./RunSide";

/** Two runs, node by node. */
export function Comparison({ left, rightId }: { left: Run; rightId: string }) {
  const { t } = useTranslation();
  const { all = false } = useSearch({ from: "/shell/runs/$runId/compare" });
  const right = useQuery(runQuery(rightId));
  const diff = useQuery(runDiffQuery(left.id, rightId));
  const { swap, showAll } = useActions(left.id, rightId, all);
  const error = diff.error ?? right.error;
  if (error) {
    const again = () => void Promise.all([diff.refetch(), right.refetch()]);
    const choose = (
      <LinkButton to="/runs/$runId/compare" params={{ runId: left.id }}>
        {t("compare.another")}
      </LinkButton>
    );
    return <ErrorState error={error} onRetry={again} actions={choose} />;
  }
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-3 sm:grid-cols-[1fr_auto_1fr] sm:items-center">
        <RunSide name={t("compare.left")} run={left} />
        <Button onPress={swap}>
          <ArrowLeftRight aria-hidden size={14} />
          {t("compare.swap")}
        </Button>
        <RunSide name={t("compare.right")} run={right.data} />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {diff.data && <Sums diff={diff.data} />}
        <span className="ml-auto flex flex-wrap items-center gap-3">
          <SwitchInput label={t("compare.all")} isSelected={all} onChange={showAll} />
          <LinkButton small to="/runs/$runId/compare" params={{ runId: left.id }}>
            {t("compare.another")}
          </LinkButton>
        </span>
      </div>
      {diff.data ? (
        <Pairs diff={diff.data} all={all} />
      ) : (
        <Card>
          <SkeletonRows rows={4} height={56} />
        </Card>
      )}
    </div>
  );
}

function Pairs({ diff, all }: { diff: RunDiff; all: boolean }) {
  const { t } = useTranslation();
  const pairs = useMemo(() => pairsOf(diff), [diff]);
  const shown = all ? pairs : pairs.filter((pair) => pair.diff.change !== "same");
  if (shown.length === 0) {
    return (
      <EmptyState icon={Equal} title={t("compare.equal")}>
        {t("compare.equalText")}
      </EmptyState>
    );
  }
  return (
    <Card>
      <ol aria-label={t("compare.nodes")}>
        {shown.map((pair) => (
          <PairRow key={pair.key} pair={pair} />
        ))}
      </ol>
    </Card>
  );
}

function Sums({ diff }: { diff: RunDiff }) {
  const { t } = useTranslation();
  const { same, changed, onlyLeft, onlyRight } = tallyOf(diff);
  return (
    <>
      <Badge tone={diff.same_input ? "plain" : "note"}>
        {t(diff.same_input ? "compare.sameInput" : "compare.otherInput")}
      </Badge>
      <Badge tone={diff.same_end ? "ok" : "warn"}>
        {t(diff.same_end ? "compare.sameEnd" : "compare.otherEnd")}
      </Badge>
      {changed > 0 && <Badge tone="warn">{t("compare.changed", { count: changed })}</Badge>}
      {onlyLeft > 0 && <Badge tone="bad">{t("compare.onlyLeft", { count: onlyLeft })}</Badge>}
      {onlyRight > 0 && <Badge tone="ok">{t("compare.onlyRight", { count: onlyRight })}</Badge>}
      {same > 0 && <Badge>{t("compare.same", { count: same })}</Badge>}
    </>
  );
}

/** Swapping the sides and showing all nodes, also as keys. */
function useActions(left: string, right: string, all: boolean) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [actions, commands] = useMemo(() => {
    const go = (runId: string, other: string, everything: boolean) =>
      void navigate({
        to: "/runs/$runId/compare",
        params: { runId },
        search: { other, all: everything ? true : undefined },
        replace: true,
      });
    const swap = () => go(right, left, all);
    const showAll = (on: boolean) => go(left, right, on);
    const section = t("compare.title");
    const commands: Command[] = [
      { id: "compare.swap", title: t("compare.swap"), section, keys: "x", icon: ArrowLeftRight, run: swap },
      {
        id: "compare.all",
        title: t("compare.all"),
        section,
        keys: "a",
        icon: Equal,
        run: () => showAll(!all),
      },
    ];
    return [{ swap, showAll }, commands] as const;
  }, [t, navigate, left, right, all]);
  useCommands(commands);
  return actions;
}
