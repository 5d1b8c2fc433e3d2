import { Sparkles } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "../../ui/States";
import { Composer } from "./Composer";
import { NoModel } from "./NoModel";
import { useStartConversation } from "./useSend";

const starters = ["starter1", "starter2", "starter3"] as const;

export function NewConversation() {
  const { t } = useTranslation();
  const start = useStartConversation();
  return (
    <section
      aria-label={t("assistant.new")}
      className="flex min-w-0 flex-col px-4 sm:px-8 lg:min-h-0 lg:flex-1 lg:overflow-y-auto"
    >
      <div className="m-auto w-full max-w-2xl pt-4 pb-8 lg:py-8">
        <div className="mb-6 text-center">
          <div className="bg-accent-soft text-accent mx-auto mb-4 grid size-12 place-items-center rounded-2xl">
            <Sparkles aria-hidden size={22} strokeWidth={1.75} />
          </div>
          <h2 className="text-2xl font-semibold">{t("assistant.hello")}</h2>
          <p className="text-ink-2 mt-1.5 text-md">{t("assistant.helloText")}</p>
        </div>
        <NoModel />
        {start.error && (
          <div className="mb-3">
            <ProblemNote error={start.error} />
          </div>
        )}
        <Composer
          onSend={(text, attachments) => start.mutate({ text, attachments })}
          pending={start.isPending}
        />
        <div className="mt-4 flex flex-wrap justify-center gap-2">
          {starters.map((starter) => (
            <button
              key={starter}
              type="button"
              disabled={start.isPending}
              onClick={() => start.mutate({ text: t(`assistant.${starter}`) })}
              className="border-line bg-surface text-ink-2 hover:border-line-strong hover:text-ink rounded-full border px-3.5 py-1.5 text-sm"
            >
              {t(`assistant.${starter}`)}
            </button>
          ))}
        </div>
      </div>
    </section>
  );
}
