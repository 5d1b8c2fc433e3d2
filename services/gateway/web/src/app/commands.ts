// The one registry of what keys and the palette can do.
import type { LucideIcon } from "lucide-react";
import { useEffect, useId } from "react";
import { defaultKeybindingsHandlerIgnore, tinykeys } from "tinykeys";
import { create } from "zustand";
import { usePreferences } from "./preferences";

export interface Command {
  id: string;
  title: string;
  /** Heads its group in the palette and in the overlay. */
  section: string;
  /** tinykeys syntax, such as `g i` or `$mod+s`. */
  keys?: string;
  /** What has the focus listens for the keys: they are only shown here. */
  local?: boolean;
  icon?: LucideIcon;
  run: () => void;
}

interface Registry {
  byOwner: ReadonlyMap<string, readonly Command[]>;
}

export const useRegistry = create<Registry>()(() => ({ byOwner: new Map() }));

/** Offers commands while the calling component is shown. The newest owner of a key wins. */
export function useCommands(commands: readonly Command[]): void {
  const owner = useId();
  useEffect(() => {
    useRegistry.setState(({ byOwner }) => ({ byOwner: new Map(byOwner).set(owner, commands) }));
  }, [owner, commands]);
  useEffect(
    () => () => {
      useRegistry.setState(({ byOwner }) => {
        const rest = new Map(byOwner);
        rest.delete(owner);
        return { byOwner: rest };
      });
    },
    [owner],
  );
}

export function allCommands(registry: Registry): Command[] {
  return [...registry.byOwner.values()].flat();
}

/** Binds every command's keys to the window. */
export function useKeyBindings(): void {
  const registry = useRegistry();
  const singleKeys = usePreferences((preferences) => preferences.singleKeys);
  useEffect(() => {
    const chords: Record<string, (event: KeyboardEvent) => void> = {};
    const singles: typeof chords = {};
    const sequences = sequencesOf(allCommands(registry).filter((command) => !command.local));
    for (const command of allCommands(registry)) {
      if (!command.keys || command.local) continue;
      const alone = !command.keys.includes(" ");
      (command.keys.includes("$mod") ? chords : singles)[command.keys] = (event) => {
        if (event.defaultPrevented || (alone && sequences.isSecond())) return;
        event.preventDefault();
        command.run();
      };
    }
    window.addEventListener("keydown", sequences.note, true);
    const offChords = tinykeys(window, chords, { ignore: (event) => event.repeat });
    const offSingles = singleKeys ? tinykeys(window, singles, { ignore: ignoresSingleKeys }) : undefined;
    return () => {
      window.removeEventListener("keydown", sequences.note, true);
      offChords();
      offSingles?.();
    };
  }, [registry, singleKeys]);
}

/** How long after its first key the second key of a sequence may come, as tinykeys waits. */
const sequenceMs = 1000;

/** Whether the key that was just pressed is the second of a sequence such as `g r`: then it is not meant alone. */
function sequencesOf(commands: readonly Command[]) {
  const firsts = new Set(commands.flatMap(({ keys = "" }) => (keys.includes(" ") ? keys.split(" ", 1) : [])));
  let opened = -Infinity;
  let second = false;
  return {
    note: (event: KeyboardEvent) => {
      const now = performance.now();
      second = now - opened < sequenceMs;
      opened = !second && firsts.has(event.key) ? now : -Infinity;
    },
    isSecond: () => second,
  };
}

/** Where single keys mean something else: text fields, dialogs, and lists that search while typing. */
function ignoresSingleKeys(event: KeyboardEvent): boolean {
  if (defaultKeybindingsHandlerIgnore(event)) return true;
  if (document.querySelector("[role=dialog],[role=alertdialog]")) return true;
  const target = event.target instanceof Element ? event.target : null;
  return target?.closest("input,textarea,select,[contenteditable=true],[role=listbox],[role=menu]") != null;
}
