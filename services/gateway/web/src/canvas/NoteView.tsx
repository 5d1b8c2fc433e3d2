import { NodeResizer, type NodeProps } from "@xyflow/react";
import { PencilLine } from "lucide-react";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import { grid } from "../domain/canvas/places";
import { cx } from "../ui/cx";
import { IconButton } from "../ui/IconButton";
import { LazyMarkdown } from "../ui/Lazy";
import type { NoteNode } from "./flow";
import { useHands } from "./hands";

/** A text behind the nodes, or a frame around some. A double click, or its pencil, edits it. */
export const NoteView = memo(function NoteView({ data, selected }: NodeProps<NoteNode>) {
  const { t } = useTranslation();
  const hands = useHands();
  const { note } = data;
  const [written, setWritten] = useState<string | null>(null);
  const done = () => {
    if (written !== null && written !== note.text) hands?.writeNote(note.id, written);
    setWritten(null);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      onDoubleClick={() => hands && setWritten(note.text)}
      className={cx(
        "bg-warn-soft border-line h-full overflow-hidden rounded-xl border",
        selected && "outline-accent outline-2 outline-offset-2",
      )}
    >
      {hands && (
        <NodeResizer
          isVisible={selected}
          minWidth={5 * grid}
          minHeight={3 * grid}
          onResizeEnd={(_event, { x, y, width, height }) => hands.sizeNote(note.id, { x, y, width, height })}
        />
      )}
      {written === null ? (
        <div className="h-full overflow-hidden px-3 py-2 text-sm">
          <LazyMarkdown text={note.text} />
        </div>
      ) : (
        <textarea
          // It shows because it was asked for.
          autoFocus
          aria-label={t("canvas.noteText")}
          value={written}
          onChange={(event) => setWritten(event.target.value)}
          onBlur={done}
          onKeyDown={(event) => {
            if (event.key === "Escape") done();
          }}
          className="nodrag nowheel nopan bg-surface h-full w-full resize-none px-3 py-2 font-mono text-sm outline-none"
        />
      )}
      {hands && written === null && (
        <div className="nodrag absolute top-1 right-1">
          <IconButton small label={t("canvas.editNote")} onPress={() => setWritten(note.text)}>
            <PencilLine aria-hidden size={13} />
          </IconButton>
        </div>
      )}
    </div>
  );
});
