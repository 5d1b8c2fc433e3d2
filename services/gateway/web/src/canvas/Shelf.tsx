import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { read, write } from "../app/preferences";
import type { TypesByName } from "../domain/nodeTypes";
import { IconButton } from "../ui/IconButton";
import { NodeIcon } from "../ui/NodeIcon";
import { categoryOf, inOrder } from "./Asked";

export const dragType = "application/x-node-type";

const storageKey = "st.canvas.shelf";

interface ShelfProps {
  types: TypesByName;
  onAdd: (type: string) => void;
}

/** All node types, to be dragged onto the canvas or put there by a click. */
export function Shelf({ types, onAdd }: ShelfProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(() => read(storageKey) !== "closed");
  const groups = useMemo(() => Map.groupBy(inOrder(types), categoryOf), [types]);
  const toggle = () => {
    write(storageKey, open ? "closed" : null);
    setOpen(!open);
  };
  if (!open) {
    return (
      <div className="border-line bg-surface border-r p-1.5">
        <IconButton label={t("canvas.shelfOpen")} onPress={toggle}>
          <PanelLeftOpen aria-hidden size={16} />
        </IconButton>
      </div>
    );
  }
  return (
    <aside
      aria-label={t("canvas.shelf")}
      className="border-line bg-surface flex w-52 shrink-0 flex-col border-r"
    >
      <div className="flex items-center justify-between pt-1.5 pr-1.5 pl-3">
        <h2 className="text-sm font-semibold">{t("canvas.shelf")}</h2>
        <IconButton small label={t("canvas.shelfClose")} onPress={toggle}>
          <PanelLeftClose aria-hidden size={15} />
        </IconButton>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-1.5 pb-3">
        {[...groups].map(([category, all]) => (
          <section key={category}>
            <h3 className="text-ink-3 px-1.5 pt-3 pb-1 text-xs font-medium">
              {t(`canvas.category.${category}`)}
            </h3>
            <ul>
              {all.map((type) => (
                <li key={type.node_type}>
                  <button
                    type="button"
                    draggable
                    title={type.docs}
                    onDragStart={(event) => {
                      event.dataTransfer.setData(dragType, type.node_type);
                      event.dataTransfer.effectAllowed = "copy";
                    }}
                    onClick={() => onAdd(type.node_type)}
                    className="hover:bg-hover focus-inset flex w-full cursor-grab items-center gap-2 rounded-md px-1.5 py-1 text-left text-sm"
                  >
                    <NodeIcon type={type.node_type} size={15} className="text-ink-2 shrink-0" />
                    <span className="truncate">{type.title}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </aside>
  );
}
