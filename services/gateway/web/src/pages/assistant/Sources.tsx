import { Link } from "@tanstack/react-router";
import { Mail, Play } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Source } from "../../api/types";
import { Time } from "../../ui/Time";

/** What the assistant was shown for an answer: runs and what came in, each a link. */
export function Sources({ sources }: { sources: Source[] }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("assistant.sources")} className="mt-1.5">
      <p aria-hidden className="text-ink-3 text-xs">
        {t("assistant.sources")}
      </p>
      <ul className="mt-1 flex flex-wrap gap-1.5">
        {sources.map((source) => (
          <li key={`${source.kind}-${source.id}`} className="min-w-0">
            <SourceLink source={source} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const face =
  "border-line bg-surface hover:border-line-strong flex max-w-64 min-w-0 items-center gap-1.5 rounded-full border px-2.5 py-0.5 text-xs";

function SourceLink({ source }: { source: Source }) {
  const { t } = useTranslation();
  const title = <span className="truncate">{source.title || t("assistant.untitledSource")}</span>;
  const at = (
    <span className="text-ink-3 shrink-0">
      <Time at={source.at} />
    </span>
  );
  if (source.kind === "run") {
    return (
      <Link to="/runs/$runId" params={{ runId: source.id }} className={face}>
        <Play aria-hidden size={12} className="text-ink-3 shrink-0" />
        {title}
        {at}
      </Link>
    );
  }
  return (
    <Link to="/inbox/$itemId" params={{ itemId: source.id }} className={face}>
      <Mail aria-hidden size={12} className="text-ink-3 shrink-0" />
      {title}
      {at}
    </Link>
  );
}
