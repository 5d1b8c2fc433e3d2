import { useTranslation } from "react-i18next";
import { Dialog } from "../ui/Dialog";
import { Kbd } from "../ui/Kbd";
import { allCommands, useRegistry } from "./commands";
import { usePreferences } from "./preferences";

/** All keys that act on this page, from the same registry as the palette. */
export function Shortcuts({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const registry = useRegistry();
  const singleKeys = usePreferences((preferences) => preferences.singleKeys);
  const bound = allCommands(registry).filter((command) => command.keys);
  const groups = [...Map.groupBy(bound, (command) => command.section)];
  return (
    <Dialog title={t("palette.shortcuts")} isOpen onClose={onClose} wide>
      {!singleKeys && (
        <p className="bg-warn-soft text-warn mb-4 rounded-lg px-3 py-2">{t("settings.singleKeysOff")}</p>
      )}
      <div className="gap-x-10 sm:columns-2">
        {groups.map(([section, commands]) => (
          <section key={section} className="mb-5 break-inside-avoid">
            <h3 className="text-ink-3 mb-1 text-sm font-medium">{section}</h3>
            <dl>
              {commands.map((command) => (
                <div
                  key={command.id}
                  className="border-line flex min-h-9 items-center justify-between gap-4 border-b"
                >
                  <dt>{command.title}</dt>
                  <dd>{command.keys && <Kbd keys={command.keys} />}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
