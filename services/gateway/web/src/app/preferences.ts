import { create } from "zustand";
import { isLanguage, preferred, speak, type Language } from "./i18n";

export type Theme = "system" | "light" | "dark";

/** As the browser asks for, or one that the person chose. */
export type LanguageChoice = "system" | Language;

interface Preferences {
  theme: Theme;
  language: LanguageChoice;
  /** Whether keys without a modifier act; some people trigger them by accident (WCAG 2.1.4). */
  singleKeys: boolean;
  setTheme: (theme: Theme) => void;
  setLanguage: (language: LanguageChoice) => void;
  setSingleKeys: (on: boolean) => void;
}

export const usePreferences = create<Preferences>()((set) => ({
  theme: asTheme(read("st.theme")),
  language: asLanguage(read("st.language")),
  singleKeys: read("st.singleKeys") !== "off",
  setTheme: (theme) => {
    write("st.theme", theme);
    applyTheme(theme);
    set({ theme });
  },
  setLanguage: (language) => {
    write("st.language", language === "system" ? null : language);
    set({ language });
    void speak(spoken(language));
  },
  setSingleKeys: (singleKeys) => {
    write("st.singleKeys", singleKeys ? "on" : "off");
    set({ singleKeys });
  },
}));

function asLanguage(value: string | null): LanguageChoice {
  return isLanguage(value) ? value : "system";
}

/** The language that a choice amounts to in this browser. */
export function spoken(choice: LanguageChoice): Language {
  return choice === "system" ? preferred(navigator.languages) : choice;
}

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
