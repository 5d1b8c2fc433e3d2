import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleDashed, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { SystemStatus } from "../../api/types";
import { statusQuery } from "../../app/queries";
import { LinkButton } from "../../ui/Button";
import { Card } from "../../ui/PageHeader";
import { ErrorState, SkeletonRows } from "../../ui/States";
import { Models } from "./Models";

type Check = SystemStatus["checks"][number];

const looks = {
  ok: { icon: CircleCheck, face: "text-ok" },
  missing: { icon: CircleDashed, face: "text-warn" },
  degraded: { icon: TriangleAlert, face: "text-bad" },
} as const;

/** Which account makes a missing part work. */
const remedies: Record<string, string> = { llm: "llm", mail_in: "imap", mail_out: "smtp" };

export function SystemTab() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(statusQuery);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <Card>
        {data ? (
          <ul>
            {data.checks.map((check) => (
              <CheckRow key={check.id} check={check} />
            ))}
          </ul>
        ) : (
          <SkeletonRows rows={4} height={64} />
        )}
      </Card>
      <Models />
      {data && <p className="text-ink-3 mt-3 text-sm">{t("settings.version", { version: data.version })}</p>}
    </>
  );
}

function CheckRow({ check }: { check: Check }) {
  const { t } = useTranslation();
  const { icon: Icon, face } = looks[check.state];
  const adapter = remedies[check.id];
  return (
    <li className="border-line flex items-center gap-4 border-b px-4 py-3.5 last:border-0 sm:px-5">
      <Icon size={20} className={`shrink-0 ${face}`} aria-label={t(`settings.check.${check.state}`)} />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{check.name}</p>
        <p className="text-ink-2 text-sm">
          {check.detail} {check.hint}
        </p>
      </div>
      {check.state === "missing" && adapter && (
        <LinkButton to="/accounts/new/$adapter" params={{ adapter }}>
          {t("settings.add")}
        </LinkButton>
      )}
      {check.state === "degraded" && adapter && <LinkButton to="/accounts">{t("settings.look")}</LinkButton>}
    </li>
  );
}
