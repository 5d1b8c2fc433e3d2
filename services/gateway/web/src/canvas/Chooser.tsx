import { Command } from "cmdk";
import { useMemo, useState, type ReactNode } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { Position } from "../api/types";
import { rank } from "../domain/search";

export interface Choosable {
  id: string;
  title: string;
  note?: string;
  /** Found by, beside the title. */
  words?: string;
  group: string;
  icon?: ReactNode;
}

interface ChooserProps {
  title: string;
  items: readonly Choosable[];
  onChoose: (id: string) => void;
  onClose: () => void;
  /** Where the pointer is; in the middle when it was asked for by a key. */
  at?: Position;
}

/** As many as a person looks through. */
const most = 80;
const size = { width: 420, height: 440 };

/** One of many by typing a part of its name: a node type, a node, a port. */
export function Chooser({ title, items, onChoose, onClose, at }: ChooserProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const groups = useMemo(() => Map.groupBy(found(items, typed), (item) => item.group), [items, typed]);
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(open) => !open && onClose()}
      className="fixed inset-0 z-50"
    >
      <Modal
        className="border-line bg-raised shadow-pop animate-rise fixed max-w-[calc(100vw-1rem)] overflow-hidden rounded-2xl border"
        style={placed(at)}
      >
        <Dialog aria-label={title} className="outline-none">
          <Command label={title} loop shouldFilter={false}>
            <Command.Input
              autoFocus
              value={typed}
              onValueChange={setTyped}
              placeholder={title}
              className="border-line placeholder:text-ink-3 h-11 w-full border-b bg-transparent px-4 text-md outline-none"
            />
            <Command.List className="max-h-96 overflow-y-auto p-2" tabIndex={-1}>
              <Command.Empty className="text-ink-3 px-3 py-8 text-center">{t("palette.empty")}</Command.Empty>
              {[...groups].map(([group, all]) => (
                <Command.Group key={group} heading={group} className="palette-group">
                  {all.map((item) => (
                    <Command.Item
                      key={item.id}
                      value={item.id}
                      onSelect={() => {
                        onClose();
                        onChoose(item.id);
                      }}
                      className="data-[selected=true]:bg-accent-soft flex items-center gap-3 rounded-lg px-2.5 py-1.5"
                    >
                      {item.icon}
                      <span className="min-w-0 flex-1">
                        <span className="block truncate font-medium">{item.title}</span>
                        {item.note && <span className="text-ink-2 line-clamp-2 text-sm">{item.note}</span>}
                      </span>
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function found(items: readonly Choosable[], typed: string): Choosable[] {
  if (typed.trim() === "") return items.slice(0, most);
  // A name that fits counts for more than a description that does.
  const score = (item: Choosable) =>
    2 * rank(item.title, typed) || rank(`${item.title} ${item.words ?? ""} ${item.note ?? ""}`, typed);
  return items
    .map((item) => ({ item, score: score(item) }))
    .filter((one) => one.score > 0)
    .sort((one, other) => other.score - one.score)
    .slice(0, most)
    .map((one) => one.item);
}

function placed(at: Position | undefined) {
  const { innerWidth, innerHeight } = window;
  const width = Math.min(size.width, innerWidth - 16);
  const wanted = at ?? { x: (innerWidth - width) / 2, y: innerHeight * 0.12 };
  return {
    width,
    left: Math.max(8, Math.min(wanted.x, innerWidth - width - 8)),
    top: Math.max(8, Math.min(wanted.y, innerHeight - size.height - 8)),
  };
}
