import type { Fact } from "../../api/types";
import { heir } from "../../domain/memory";
import { EditDialog } from "./EditDialog";
import { ForgetDialog } from "./ForgetDialog";
import { HistoryDialog } from "./HistoryDialog";

export type Ask = (what: "edit" | "forget" | "history", fact: Fact) => void;

export interface Asked {
  what: Parameters<Ask>[0];
  fact: Fact;
  /** The rows that showed when it was asked: one of them gets the focus afterwards. */
  rows: string[];
}

interface FactDialogProps {
  asked: Asked;
  /** With a row, that gets the focus; else it returns to where it was. */
  onClose: (next?: { row: string | undefined }) => void;
}

/** What lies above the page: it stays while the row that it is about leaves. */
export function FactDialog({ asked: { what, fact, rows }, onClose }: FactDialogProps) {
  const close = () => onClose();
  if (what === "history") return <HistoryDialog fact={fact} onClose={close} />;
  if (what === "edit") {
    return <EditDialog fact={fact} onClose={close} onSaved={({ id }) => onClose({ row: id })} />;
  }
  return (
    <ForgetDialog
      fact={fact}
      onClose={close}
      onForgotten={({ ids }) => onClose({ row: heir(rows, fact.id, ids) })}
    />
  );
}
