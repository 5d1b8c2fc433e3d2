import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Run } from "../../api/types";
import { duration, mediumTime, shortId } from "../../domain/format";
import { Badge } from "../../ui/Badge";
import { Skeleton } from "../../ui/States";
import { StateBadge } from "../runs/RunStatusBadge";

/** One side of a comparison: which run it is. */
export function RunSide({ name, run }: { name: string; run?: Run }) {
  const { t } = useTranslation();
  if (!run) return <Skeleton className="h-20 rounded-xl" />;
  const took = run.ended_at ? Date.parse(run.ended_at) - Date.parse(run.started_at) : undefined;
  return (
    <section aria-label={name} className="border-line bg-surface min-w-0 rounded-xl border px-4 py-3">
      <p className="text-ink-3 text-xs">{name}</p>
      <p className="mt-0.5 flex flex-wrap items-center gap-2">
        <Link
          to="/runs/$runId"
          params={{ runId: run.id }}
          className="text-accent rounded font-mono text-sm hover:underline"
        >
          …{shortId(run.id)}
        </Link>
        <StateBadge state={run.status} />
        {run.dry && <Badge tone="note">{t("run.dry")}</Badge>}
      </p>
      <p className="text-ink-2 mt-1 text-sm">
        {[
          t("versions.name", { version: run.version }),
          mediumTime(new Date(run.started_at)),
          took !== undefined && duration(took),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
    </section>
  );
}
