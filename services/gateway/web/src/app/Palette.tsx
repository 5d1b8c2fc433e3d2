import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { CornerDownLeft, Workflow } from "lucide-react";
import { useMemo } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { rank } from "../domain/search";
import { Kbd } from "../ui/Kbd";
import { allCommands, useRegistry, type Command as Entry } from "./commands";
import { workflowsQuery } from "./queries";

/** Everything that can be done here, by name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const registry = useRegistry();
  const workflows = useWorkflowEntries();
  const groups = useMemo(() => {
    const entries = [...allCommands(registry), ...workflows].filter((entry) => entry.id !== "palette");
    return Map.groupBy(entries, (entry) => entry.section);
  }, [registry, workflows]);
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(open) => !open && onClose()}
      className="animate-fade fixed inset-0 z-50 bg-[oklch(0.2_0.02_250/0.35)] px-4 pt-[12vh]"
    >
      <Modal className="border-line bg-raised shadow-pop animate-rise mx-auto w-full max-w-xl overflow-hidden rounded-2xl border">
        <Dialog aria-label={t("palette.open")} className="outline-none">
          <Command
            label={t("palette.open")}
            loop
            filter={(_id, typed, [name = ""] = []) => rank(name, typed)}
          >
            <div className="border-line flex items-center border-b px-4">
              <Command.Input
                autoFocus
                placeholder={t("palette.placeholder")}
                className="placeholder:text-ink-3 h-12 flex-1 bg-transparent text-md outline-none"
              />
              <CornerDownLeft aria-hidden size={14} className="text-ink-3" />
            </div>
            <Command.List className="max-h-[50vh] overflow-y-auto p-2" tabIndex={-1}>
              <Command.Empty className="text-ink-3 px-3 py-8 text-center">{t("palette.empty")}</Command.Empty>
              {[...groups].map(([section, entries]) => (
                <Command.Group key={section} heading={section} className="palette-group">
                  {entries.map((entry) => (
                    <Item
                      key={entry.id}
                      entry={entry}
                      onRun={() => {
                        onClose();
                        entry.run();
                      }}
                    />
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

function Item({ entry, onRun }: { entry: Entry; onRun: () => void }) {
  const Icon = entry.icon;
  return (
    <Command.Item
      value={entry.id}
      keywords={[entry.title]}
      onSelect={onRun}
      className="data-[selected=true]:bg-accent-soft data-[selected=true]:text-accent flex h-9 items-center gap-3 rounded-lg px-2.5"
    >
      {Icon && <Icon aria-hidden size={15} className="shrink-0" />}
      <span className="min-w-0 flex-1 truncate">{entry.title}</span>
      {entry.keys && <Kbd keys={entry.keys} />}
    </Command.Item>
  );
}

function useWorkflowEntries(): Entry[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data } = useInfiniteQuery(workflowsQuery);
  return useMemo(
    () =>
      (data?.pages ?? [])
        .flatMap((page) => page.items)
        .map((workflow) => ({
          id: workflow.id,
          title: workflow.name,
          section: t("nav.workflows"),
          icon: Workflow,
          run: () => void navigate({ to: "/workflows/$workflowId", params: { workflowId: workflow.id } }),
        })),
    [data, navigate, t],
  );
}
