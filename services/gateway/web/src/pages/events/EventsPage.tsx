import { useNavigate, useSearch } from "@tanstack/react-router";
import { Eraser, Pause, Play, RadioTower } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCommands, type Command } from "../../app/commands";
import { useTitle } from "../../app/title";
import { Button } from "../../ui/Button";
import { useMedia, wide } from "../../ui/media";
import { PageHeader } from "../../ui/PageHeader";
import { EmptyState, ErrorState } from "../../ui/States";
import { EventDetail } from "./EventDetail";
import { EventList } from "./EventList";
import { SubjectFilter } from "./SubjectFilter";
import { TapState } from "./TapState";
import { useTap } from "./useTap";

/** The bus, live: every event that this person may see. */
export function EventsPage() {
  const { t } = useTranslation();
  useTitle(t("nav.events"));
  const { subject = ">" } = useSearch({ from: "/shell/events" });
  return <Tapped key={subject} subject={subject} />;
}

function Tapped({ subject }: { subject: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [paused, setPaused] = useState(false);
  const [openId, setOpenId] = useState<string>();
  const tap = useTap(subject, paused);
  const side = useMedia(wide);
  const open = tap.events.find((event) => event.id === openId);
  const commands = useMemo(
    (): Command[] => [
      {
        id: "events.pause",
        title: t("events.pauseToggle"),
        section: t("nav.events"),
        keys: "p",
        run: () => setPaused((now) => !now),
      },
    ],
    [t],
  );
  useCommands(commands);
  const detail = open && <EventDetail event={open} onClose={() => setOpenId(undefined)} />;
  return (
    <>
      <PageHeader
        wide
        title={t("nav.events")}
        lead={t("events.lead")}
        meta={<TapState tap={tap} paused={paused} />}
        actions={
          <>
            <Button onPress={() => setPaused(!paused)}>
              {paused ? <Play aria-hidden size={14} /> : <Pause aria-hidden size={14} />}
              {t(paused ? "events.resume" : "events.pause")}
            </Button>
            <Button onPress={tap.clear} isDisabled={tap.events.length === 0}>
              <Eraser aria-hidden size={14} />
              {t("events.clear")}
            </Button>
          </>
        }
      />
      <SubjectFilter
        pattern={subject}
        onChange={(next) =>
          void navigate({ to: "/events", search: next === ">" ? {} : { subject: next }, replace: true })
        }
      />
      <div className="border-line flex min-h-0 flex-1 border-t">
        {tap.refused ? (
          <ErrorState error={tap.refused} />
        ) : tap.events.length === 0 ? (
          <EmptyState icon={RadioTower} title={t("events.empty")}>
            {t("events.emptyText")}
          </EmptyState>
        ) : (
          (side || !detail) && <EventList events={tap.events} openId={openId} onOpen={setOpenId} />
        )}
        {detail}
      </div>
    </>
  );
}
