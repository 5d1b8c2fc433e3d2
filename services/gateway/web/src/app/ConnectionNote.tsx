import { WifiOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFeed } from "./live";

/** Shown only when live updates have been cut for some seconds. */
export function ConnectionNote() {
  const { t } = useTranslation();
  const cut = useFeed((feed) => feed.state === "retrying" || feed.state === "connecting");
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!cut) return setLate(false);
    const timer = setTimeout(() => setLate(true), 4000);
    return () => clearTimeout(timer);
  }, [cut]);
  return (
    <div role="status">
      {cut && late && (
        <p className="text-warn bg-warn-soft mb-2 flex items-center gap-2 rounded-lg px-2.5 py-1.5 text-sm">
          <WifiOff aria-hidden size={14} className="shrink-0" />
          {t("shell.offline")}
        </p>
      )}
    </div>
  );
}
