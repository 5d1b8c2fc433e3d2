import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Fact } from "../../api/types";
import { factHistoryQuery } from "../../app/memoryQueries";
import { Badge, type Tone } from "../../ui/Badge";
import { Dialog } from "../../ui/Dialog";
import { ProblemNote, Skeleton } from "../../ui/States";
import { Time } from "../../ui/Time";
import { Source } from "./Source";

const tones: Record<Fact["state"], Tone> = { proposed: "warn", held: "ok", superseded: "plain" };

/** What was known before and after, the oldest first. */
export function HistoryDialog({ fact, onClose }: { fact: Fact; onClose: () => void }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(factHistoryQuery(fact.id));
  return (
    <Dialog title={t("memory.history")} isOpen onClose={onClose}>
      {error && !data ? (
        <ProblemNote error={error} />
      ) : data ? (
        <ol className="flex flex-col gap-3">
          {data.items.map((one) => (
            <li key={one.id} className="border-line border-l-2 pl-3">
              <p className="break-words">{one.text}</p>
              <p className="text-ink-3 mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
                <Badge tone={tones[one.state]}>{t(`memory.state.${one.state}`)}</Badge>
                <Source of={one.source} />
                <Time at={one.learned_at} />
              </p>
            </li>
          ))}
        </ol>
      ) : (
        <Skeleton className="h-12" />
      )}
    </Dialog>
  );
}
