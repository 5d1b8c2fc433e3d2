import { CirclePause, LoaderCircle, Radio } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge } from "../../ui/Badge";
import type { Tap } from "./useTap";

export function TapState({ tap, paused }: { tap: Tap; paused: boolean }) {
  const { t } = useTranslation();
  if (paused) {
    return (
      <Badge tone="warn" icon={CirclePause}>
        {tap.held > 0 ? t("events.held", { count: tap.held }) : t("events.paused")}
      </Badge>
    );
  }
  if (tap.state === "live") {
    return (
      <Badge tone="ok" icon={Radio}>
        {t("events.live")}
      </Badge>
    );
  }
  return (
    <Badge icon={LoaderCircle} spin>
      {t("events.connecting")}
    </Badge>
  );
}
