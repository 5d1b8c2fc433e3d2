import { useInfiniteQuery } from "@tanstack/react-query";
import { Brain } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { factsQuery } from "../../app/memoryQueries";
import { useTitle } from "../../app/title";
import { itemsOf } from "../../ui/listItems";
import { Card, PageBody, PageHeader } from "../../ui/PageHeader";
import { EmptyState, ErrorState, SkeletonRows } from "../../ui/States";
import { FactDialog, type Ask, type Asked } from "./FactDialog";
import { HeldFacts } from "./HeldFacts";
import { ReplacedFacts } from "./ReplacedFacts";
import { focusRow, rowIds } from "./rows";
import { TellForm } from "./TellForm";
import { WaitingFacts } from "./WaitingFacts";

/** What the assistant knows of the person, to be seen, corrected and forgotten. */
export function MemoryPage() {
  const { t } = useTranslation();
  useTitle(t("nav.memory"));
  const [asked, setAsked] = useState<Asked | null>(null);
  const [next, setNext] = useState<{ row: string | undefined }>();
  useEffect(() => {
    if (next) focusRow(next.row);
  }, [next]);
  const ask: Ask = useCallback((what, fact) => setAsked({ what, fact, rows: rowIds() }), []);
  return (
    <>
      <PageHeader title={t("nav.memory")} lead={t("memory.lead")} />
      <PageBody>
        <Card padded>
          <TellForm />
        </Card>
        <Known onAsk={ask} />
      </PageBody>
      {asked && (
        <FactDialog
          asked={asked}
          onClose={(to) => {
            setAsked(null);
            if (to) setNext(to);
          }}
        />
      )}
    </>
  );
}

function Known({ onAsk }: { onAsk: Ask }) {
  const { t } = useTranslation();
  const waiting = useInfiniteQuery(factsQuery({ state: "proposed" }));
  const held = useInfiniteQuery(factsQuery({ state: "held" }));
  const failed = [waiting, held].find((query) => query.isError && !query.data);
  if (failed) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />;
  if (waiting.isPending || held.isPending) {
    return (
      <div className="mt-8">
        <Card>
          <SkeletonRows rows={4} height={84} />
        </Card>
      </div>
    );
  }
  const proposed = itemsOf(waiting.data);
  const none = proposed.length === 0 && itemsOf(held.data).length === 0;
  return (
    <>
      {none ? (
        <EmptyState icon={Brain} title={t("memory.empty")}>
          {t("memory.emptyText")}
        </EmptyState>
      ) : (
        <>
          <WaitingFacts facts={proposed} query={waiting} onAsk={onAsk} />
          <HeldFacts onAsk={onAsk} />
        </>
      )}
      <ReplacedFacts onAsk={onAsk} />
    </>
  );
}
