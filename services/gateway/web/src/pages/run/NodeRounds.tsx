import { useTranslation } from "react-i18next";
import type { NodeRun } from "../../domain/run";
import { Badge } from "../../ui/Badge";

/** What a model chose in each round, among what, and on what it rests. */
export function NodeRounds({ node }: { node: NodeRun }) {
  const { t } = useTranslation();
  if (node.rounds.length === 0) return null;
  return (
    <section className="mb-4">
      <h3 className="text-ink-2 mb-2 text-sm font-medium">{t("run.rounds")}</h3>
      <ol className="flex flex-col gap-2.5">
        {node.rounds.map((round, at) => (
          <li key={at} className="border-line rounded-lg border px-3 py-2">
            <p className="flex flex-wrap items-center gap-1.5">
              <span className="text-ink-3 text-sm">{t("run.round", { number: at + 1 })}</span>
              {round.chosen.map((tool, place) => (
                <Badge key={place}>{tool}</Badge>
              ))}
              {round.chosen.length === 0 && <Badge tone="ok">{t("run.roundAnswered")}</Badge>}
            </p>
            {round.said && <p className="mt-1 break-words whitespace-pre-wrap">{round.said}</p>}
            <p className="text-ink-3 mt-1 text-sm">
              {t("run.roundConsidered", { tools: round.considered.join(", ") || t("run.noTools") })}
              {round.evidence.length > 0 && ` ${t("run.roundRests", { seqs: round.evidence.join(", ") })}`}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
