import { useQuery } from "@tanstack/react-query";
import { Send } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { versionDiffQuery } from "../../../app/insightQueries";
import { words } from "../../../domain/format";
import { Badge } from "../../../ui/Badge";
import { EffectBadge } from "../../../ui/EffectBadge";
import { Skeleton } from "../../../ui/States";
import type { AgainDraft } from "./useAgain";

/** What would change, before it is sent: what runs again, what is taken over, what goes out, what the version says otherwise. */
export function Forecast({ draft }: { draft: AgainDraft }) {
  const { t } = useTranslation();
  const { forecast, dry } = draft;
  if (!forecast) return <Skeleton className="h-32 rounded-xl" />;
  const { again, taken, sent } = forecast;
  return (
    <section
      aria-label={t("again.forecast")}
      className="border-line flex flex-col gap-3 rounded-xl border p-4"
    >
      <h3 className="font-semibold">{t("again.forecast")}</h3>
      <VersionChanges draft={draft} />
      <Line name={t("again.runsAgain", { count: again.length })}>
        {again.map((node) => (
          <Badge key={node.id} tone="accent">
            {node.id}
          </Badge>
        ))}
      </Line>
      {taken.length > 0 && (
        <Line name={t("again.takenOver", { count: taken.length })}>
          {taken.map((node) => (
            <Badge key={node.id}>{node.id}</Badge>
          ))}
        </Line>
      )}
      <div>
        <p className="text-ink-2 flex items-center gap-1.5 text-sm font-medium">
          <Send aria-hidden size={13} className="shrink-0" />
          {sent.length === 0
            ? t("again.sendsNothing")
            : t(dry ? "again.listsOnly" : "again.sends", { count: sent.length })}
        </p>
        <ul className="mt-1 flex flex-col gap-1">
          {sent.map(({ node, operation, effect }) => (
            <li key={node} className="flex flex-wrap items-center gap-2">
              <span className="font-medium break-all">{node}</span>
              <span className="text-ink-2 font-mono text-sm">{operation}</span>
              <EffectBadge effect={effect} />
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function VersionChanges({ draft }: { draft: AgainDraft }) {
  const { t } = useTranslation();
  const { facts, version } = draft;
  const other = facts !== undefined && version !== facts.version;
  const { data } = useQuery({
    ...versionDiffQuery(facts?.workflow_id ?? "", facts?.version ?? 0, version),
    enabled: other,
  });
  if (!other || !data) return null;
  return (
    <Line name={t("again.versionSays", { from: facts.version, to: version })}>
      {data.nodes.length === 0 && data.edges === 0 && <span>{t("again.noDifference")}</span>}
      {data.nodes.map(({ id, node_type, change }) => (
        <Badge key={id} tone={change === "removed" ? "bad" : change === "added" ? "ok" : "note"}>
          {t(`change.${change}`)}: {id} ({words(node_type)})
        </Badge>
      ))}
      {data.edges > 0 && <Badge tone="note">{t("again.edges", { count: data.edges })}</Badge>}
    </Line>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <p className="text-ink-2 text-sm font-medium">{name}</p>
      <p className="mt-1 flex flex-wrap gap-1.5">{children}</p>
    </div>
  );
}
