import {
  CircleCheck,
  CircleSlash,
  CircleX,
  Clock,
  LoaderCircle,
  SkipForward,
  type LucideIcon,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type { NodeState } from "../../domain/run";
import { Badge, type Tone } from "../../ui/Badge";

export const stateLook: Record<NodeState, { icon: LucideIcon; tone: Tone; spin?: boolean }> = {
  running: { icon: LoaderCircle, tone: "accent", spin: true },
  waiting: { icon: Clock, tone: "note" },
  completed: { icon: CircleCheck, tone: "ok" },
  failed: { icon: CircleX, tone: "bad" },
  skipped: { icon: SkipForward, tone: "plain" },
  cancelled: { icon: CircleSlash, tone: "warn" },
};

export function StateBadge({ state }: { state: NodeState }) {
  const { t } = useTranslation();
  const { icon, tone, spin } = stateLook[state];
  return (
    <Badge tone={tone} icon={icon} spin={spin}>
      {t(`runs.state.${state}`)}
    </Badge>
  );
}
