import { WifiOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFeed } from "./live";

const patienceMs = 4000;

/** Shown only when live updates have been cut for some seconds. */
export function ConnectionNote() {
  const cut = useFeed((feed) => feed.state === "retrying" || feed.state === "connecting");
  return <div role="status">{cut && <Late />}</div>;
}

function Late() {
  const { t } = useTranslation();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <p className="text-warn bg-warn-soft mb-2 flex items-center gap-2 rounded-lg px-2.5 py-1.5 text-sm">
      <WifiOff aria-hidden size={14} className="shrink-0" />
      {t("shell.offline")}
    </p>
  );
}
