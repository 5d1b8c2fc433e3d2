import { CircleCheck, KeyRound, LoaderCircle, TriangleAlert, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { AccountStatus } from "../../api/types";
import { Badge, type Tone } from "../../ui/Badge";

const looks: Record<AccountStatus["state"], { icon: LucideIcon; tone: Tone; spin?: boolean }> = {
  connecting: { icon: LoaderCircle, tone: "accent", spin: true },
  healthy: { icon: CircleCheck, tone: "ok" },
  degraded: { icon: TriangleAlert, tone: "warn" },
  reauth_needed: { icon: KeyRound, tone: "bad" },
};

export function AccountStatusBadge({ status }: { status: AccountStatus }) {
  const { t } = useTranslation();
  const { icon, tone, spin } = looks[status.state];
  return (
    <Badge tone={tone} icon={icon} spin={spin}>
      {t(`accounts.state.${status.state}`)}
    </Badge>
  );
}
