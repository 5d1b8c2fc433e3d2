import { Eye, Flame, Pencil, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "./Badge";

const looks = {
  read: { icon: Eye, tone: "plain" },
  write: { icon: Pencil, tone: "warn" },
  irreversible: { icon: Flame, tone: "bad" },
} as const satisfies Record<string, { icon: LucideIcon; tone: Tone }>;

/** What something does to the world: nothing, something that can be changed back, or something that cannot. */
export function EffectBadge({ effect }: { effect: string }) {
  const { t } = useTranslation();
  const known = effect === "read" || effect === "write" ? effect : "irreversible";
  return (
    <Badge tone={looks[known].tone} icon={looks[known].icon}>
      {t(`effect.${known}`)}
    </Badge>
  );
}
