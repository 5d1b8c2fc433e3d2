import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Pin } from "lucide-react";
import { useId, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Fact } from "../../api/types";
import { factQuery } from "../../app/memoryQueries";
import { Badge } from "../../ui/Badge";
import { Time } from "../../ui/Time";
import { Source } from "./Source";

/** One fact: what it says, whose word it is, and what can be done with it. */
export function FactRow({ fact, children }: { fact: Fact; children: ReactNode }) {
  const { t } = useTranslation();
  const textId = useId();
  return (
    <li className="border-line border-b last:border-0">
      <article
        data-fact={fact.id}
        tabIndex={-1}
        aria-labelledby={textId}
        className="focus:outline-accent flex flex-wrap items-start gap-x-4 gap-y-2 rounded-xl px-4 py-3.5 outline-none focus:outline-2 focus:-outline-offset-2 sm:px-5"
      >
        <div className="min-w-0 flex-1 basis-60">
          <p id={textId} className="text-md break-words">
            {fact.text}
          </p>
          {fact.state === "proposed" && fact.replaces && <InsteadOf id={fact.replaces} />}
          <p className="text-ink-3 mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
            <Source of={fact.source} />
            {fact.pinned && (
              <Badge tone="accent" icon={Pin}>
                {t("memory.pinned")}
              </Badge>
            )}
            <Time at={fact.learned_at} />
            {fact.uses > 0 && <span>{t("memory.uses", { count: fact.uses })}</span>}
            {fact.run_id && (
              <Link
                to="/runs/$runId"
                params={{ runId: fact.run_id }}
                className="text-accent rounded hover:underline"
              >
                {t("memory.run")}
              </Link>
            )}
          </p>
        </div>
        <div className="flex flex-wrap gap-1">{children}</div>
      </article>
    </li>
  );
}

/** What would hold no longer if this is confirmed. */
function InsteadOf({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(factQuery(id));
  return (
    <p className="text-ink-2 min-h-5 text-sm break-words">
      {data && t("memory.insteadOf", { text: data.text })}
    </p>
  );
}
