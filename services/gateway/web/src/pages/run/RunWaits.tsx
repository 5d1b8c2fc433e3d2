import { Link } from "@tanstack/react-router";
import { Ear, MessageCircleQuestionMark, Network, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { RunState } from "../../domain/run";
import { waitsOf, type WaitsFor } from "../../domain/runWaits";
import { LinkButton } from "../../ui/Button";
import { Time } from "../../ui/Time";

const icons: Record<WaitsFor["kind"], LucideIcon> = {
  people: MessageCircleQuestionMark,
  event: Ear,
  child: Network,
};

/** What the run waits for from outside: people, an event, another run. */
export function RunWaits({ run }: { run: RunState }) {
  const { t } = useTranslation();
  const waits = waitsOf(run);
  if (waits.length === 0) return null;
  return (
    <section aria-label={t("run.waits")} className="mb-5">
      <ul className="flex flex-col gap-2">
        {waits.map(({ node, awaited }) => {
          const Icon = icons[awaited.kind];
          return (
            <li
              key={node.key}
              className="bg-note-soft flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl px-4 py-3"
            >
              <Icon aria-hidden size={18} className="text-note shrink-0" />
              <div className="min-w-0 flex-1 basis-60">
                <Words awaited={awaited} />
                <p className="text-ink-2 text-sm">
                  {node.key}
                  {awaited.kind !== "child" && awaited.until !== undefined && (
                    <>
                      {" · "}
                      {t("run.waitsUntil")} <Time at={awaited.until} />
                    </>
                  )}
                </p>
              </div>
              {awaited.kind === "people" && (
                <LinkButton
                  to="/questions"
                  search={{ question: awaited.question.question.question_id }}
                  small
                >
                  {t("run.toQuestion")}
                </LinkButton>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Words({ awaited }: { awaited: WaitsFor }): ReactNode {
  const { t } = useTranslation();
  switch (awaited.kind) {
    case "people":
      return (
        <p className="font-medium break-words">
          {t("run.waitsForPeople", { title: awaited.question.question.title })}
        </p>
      );
    case "event":
      return (
        <p className="font-medium break-words">{t("run.waitsForEvent", { type: awaited.event.eventType })}</p>
      );
    case "child":
      return (
        <p className="font-medium">
          {t("run.waitsForChild")} <RunLink id={awaited.runId} />
        </p>
      );
  }
}

/** Leads to another run, by the end of its id. */
export function RunLink({ id }: { id: string }) {
  return (
    <Link
      to="/runs/$runId"
      params={{ runId: id }}
      className="text-accent rounded font-mono text-sm break-all hover:underline"
    >
      {id}
    </Link>
  );
}
