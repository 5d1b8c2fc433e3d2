import { Link } from "@tanstack/react-router";
import { Lightbulb } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { RecalledFact } from "../../api/types";
import { closeness, doubt } from "../../domain/memory";
import { Badge } from "../../ui/Badge";

/** What of the person's memory an answer had before it: it could rest on that, which is not to say that it does. */
export function Recalled({ facts }: { facts: RecalledFact[] }) {
  const { t } = useTranslation();
  return (
    <details className="mt-1">
      <summary className="text-ink-3 hover:text-ink w-fit cursor-pointer rounded py-1 text-xs">
        {t("memory.recalled.summary", { count: facts.length })}
      </summary>
      <ul
        aria-label={t("memory.recalled.list")}
        className="border-line my-1 flex flex-col gap-2 border-l-2 pl-3 text-sm"
      >
        {facts.map((fact) => (
          <RecalledRow key={fact.id} fact={fact} />
        ))}
      </ul>
      <Link to="/memory" className="text-accent inline-block rounded py-1 text-xs hover:underline">
        {t("memory.recalled.toMemory")}
      </Link>
    </details>
  );
}

function RecalledRow({ fact }: { fact: RecalledFact }) {
  const { t } = useTranslation();
  const close = closeness(fact.score);
  const doubted = doubt(fact);
  return (
    <li className="min-w-0">
      <p className="break-words">{fact.text}</p>
      <p className="text-ink-3 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs">
        <span>{t(`memory.recalled.why.${fact.why}`)}</span>
        {close && <span>{t("memory.recalled.closeness", { share: close })}</span>}
        {doubted === "superseded" && <Badge>{t("memory.state.superseded")}</Badge>}
        {(doubted === "supposed" || doubted === "unconfirmed") && (
          <Badge tone="note" icon={Lightbulb}>
            {t(`memory.recalled.${doubted}`)}
          </Badge>
        )}
      </p>
    </li>
  );
}
