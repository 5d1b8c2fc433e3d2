import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { TapEvent } from "../../api/types";
import { fullTime } from "../../domain/format";
import { IconButton } from "../../ui/IconButton";
import { CopyButton } from "../../ui/CopyButton";
import { JsonView } from "../../ui/JsonView";

export function EventDetail({ event, onClose }: { event: TapEvent; onClose: () => void }) {
  const { t } = useTranslation();
  const facts: [name: string, value: string | null | undefined][] = [
    [t("events.subject"), event.subject],
    [t("events.id"), event.id],
    [t("events.source"), event.source],
    [t("events.time"), fullTime(new Date(event.time))],
    [t("events.correlation"), event.correlation_id],
    [t("events.causation"), event.causation_id],
  ];
  return (
    <aside
      aria-label={event.type}
      className="border-line bg-surface animate-fade flex min-w-0 flex-1 flex-col overflow-y-auto lg:max-w-xl lg:border-l"
    >
      <div className="flex items-center justify-between gap-2 px-5 pt-3">
        <h2 className="min-w-0 truncate font-mono text-base font-semibold">{event.type}</h2>
        <span className="flex">
          <CopyButton text={JSON.stringify(event, null, 2)} />
          <IconButton label={t("actions.close")} small onPress={onClose}>
            <X aria-hidden size={15} />
          </IconButton>
        </span>
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 px-5 py-3 text-sm">
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-ink-3">{name}</dt>
              <dd className="min-w-0 font-mono text-xs leading-5 wrap-anywhere">{value}</dd>
            </div>
          ))}
      </dl>
      <div className="border-line border-t px-4 py-3">
        <JsonView key={event.id} value={event.data} label={t("events.data")} />
      </div>
    </aside>
  );
}
