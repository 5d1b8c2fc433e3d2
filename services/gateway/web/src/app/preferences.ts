import { create } from "zustand";

export type Theme = "system" | "light" | "dark";

interface Preferences {
  theme: Theme;
  /** Whether keys without a modifier act; some people trigger them by accident (WCAG 2.1.4). */
  singleKeys: boolean;
  setTheme: (theme: Theme) => void;
  setSingleKeys: (on: boolean) => void;
}

export const usePreferences = create<Preferences>()((set) => ({
  theme: asTheme(read("st.theme")),
  singleKeys: read("st.singleKeys") !== "off",
  setTheme: (theme) => {
    write("st.theme", theme);
    applyTheme(theme);
    set({ theme });
  },
  setSingleKeys: (singleKeys) => {
    write("st.singleKeys", singleKeys ? "on" : "off");
    set({ singleKeys });
  },
}));

function asTheme(value: string | null): Theme {
  return value === "light" || value === "dark" ? value : "system";
}

function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** A value kept in this browser; null when there is none or storage is blocked. */
export function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a value in this browser, or forgets it; silently does nothing when storage is blocked or full. */
export function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    return;
  }
}
