import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleSlash, CircleX, Clock, Inbox, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { sentence } from "../../../api/problem";
import type { Finding, Why } from "../../../api/types";
import { fullTime, mediumTime, shortId } from "../../../domain/format";
import { adviceOf, gravityOf, type Gravity } from "../../../domain/why";
import { Badge } from "../../../ui/Badge";

const looks: Record<Gravity, { icon: LucideIcon; ink: string }> = {
  started: { icon: CircleCheck, ink: "text-ok" },
  held: { icon: Clock, ink: "text-note" },
  kept: { icon: CircleSlash, ink: "text-warn" },
  trouble: { icon: CircleX, ink: "text-bad" },
  nothing: { icon: Inbox, ink: "text-ink-3" },
};

/** The answer in one sentence, what to do about it, and everything that is known of that time. */
export function WhyAnswer({ why }: { why: Why }) {
  const { t } = useTranslation();
  const advice = adviceOf(why.answer, why.trigger.kind);
  const { icon: Icon, ink } = looks[gravityOf(why.answer)];
  return (
    <div className="flex flex-col gap-3">
      <div role="status" className="flex gap-2.5">
        <Icon aria-hidden size={18} className={`mt-0.5 shrink-0 ${ink}`} />
        <div className="min-w-0">
          <p className="font-medium break-words">{sentence(why.summary)}</p>
          {advice && <p className="text-ink-2">{t(`why.advice.${advice}`)}</p>}
          <p className="text-ink-3 text-sm">
            {t("why.stretch", {
              from: mediumTime(new Date(why.from)),
              until: mediumTime(new Date(why.until)),
            })}
          </p>
        </div>
      </div>
      {why.findings.length > 0 && (
        <ol aria-label={t("why.findings")} className="border-line flex flex-col gap-2 border-l-2 pl-4">
          {why.findings.map((finding, index) => (
            <Found key={`${finding.at} ${index}`} finding={finding} />
          ))}
        </ol>
      )}
    </div>
  );
}

function Found({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const { icon: Icon, ink } = looks[gravityOf(finding.code)];
  const at = new Date(finding.at);
  return (
    <li className="flex flex-wrap items-center gap-x-2.5 gap-y-0.5">
      <Icon aria-hidden size={14} className={`shrink-0 ${ink}`} />
      <time dateTime={finding.at} title={fullTime(at)} className="text-ink-3 tabular text-sm">
        {mediumTime(at)}
      </time>
      <span className="min-w-0 break-words">{sentence(finding.message)}</span>
      {finding.count > 1 && <Badge>{t("why.times", { count: finding.count })}</Badge>}
      {finding.run_id && (
        <Link
          to="/runs/$runId"
          params={{ runId: finding.run_id }}
          className="text-accent rounded text-sm hover:underline"
        >
          {t("why.run", { id: shortId(finding.run_id) })}
        </Link>
      )}
      {finding.account_id && (
        <Link
          to="/accounts/$accountId"
          params={{ accountId: finding.account_id }}
          className="text-accent rounded text-sm hover:underline"
        >
          {t("why.account")}
        </Link>
      )}
    </li>
  );
}
