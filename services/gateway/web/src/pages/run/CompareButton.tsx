import { useNavigate } from "@tanstack/react-router";
import { GitCompareArrows } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useCommands } from "../../app/commands";
import { Button } from "../../ui/Button";

interface CompareButtonProps {
  runId: string;
  /** The run that it repeats: compared with at once. */
  other?: string;
}

/** Leads to this run beside another one. */
export function CompareButton({ runId, other }: CompareButtonProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [compare, commands] = useMemo(() => {
    const compare = () =>
      void navigate(
        other
          ? { to: "/runs/$runId/compare", params: { runId: other }, search: { other: runId } }
          : { to: "/runs/$runId/compare", params: { runId } },
      );
    const title = t(other ? "compare.withOrigin" : "compare.open");
    const command = { id: "run.compare", title, section: t("run.section"), keys: "d" };
    return [compare, [{ ...command, icon: GitCompareArrows, run: compare }]] as const;
  }, [t, navigate, runId, other]);
  useCommands(commands);
  return (
    <Button onPress={compare}>
      <GitCompareArrows aria-hidden size={14} />
      {t(other ? "compare.withOrigin" : "compare.open")}
    </Button>
  );
}
