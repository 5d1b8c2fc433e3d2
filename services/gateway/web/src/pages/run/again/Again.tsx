import { RotateCcw } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCommands } from "../../../app/commands";
import type { RunState } from "../../../domain/run";
import { Button } from "../../../ui/Button";

const AgainDialog = lazy(async () => ({ default: (await import("./AgainDialog")).AgainDialog }));

interface AgainProps {
  runId: string;
  run: RunState;
  /** The first node to run again; left out, the whole run. */
  at?: string;
}

/** Runs again from a node or from the start, after a look at what would change. */
export function Again({ runId, run, at }: AgainProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const commands = useMemo(
    () => [
      {
        id: at === undefined ? "run.again" : "run.again.from",
        title: at === undefined ? t("again.all") : t("again.fromNode", { node: at }),
        section: t("run.section"),
        keys: at === undefined ? "r" : "Shift+r",
        icon: RotateCcw,
        run: () => setAsking(true),
      },
    ],
    [t, at],
  );
  useCommands(commands);
  return (
    <>
      <Button onPress={() => setAsking(true)}>
        <RotateCcw aria-hidden size={14} />
        {t(at === undefined ? "again.all" : "again.from")}
      </Button>
      {asking && (
        <Suspense>
          <AgainDialog runId={runId} run={run} start={at} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  );
}
