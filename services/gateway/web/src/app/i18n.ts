import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./locales/en.json";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

export const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];

void i18next.use(initReactI18next).init({
  lng: "en",
  fallbackLng: "en",
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false },
});

/** Shows the pages in a language, whose texts are fetched when they are first needed; English when they cannot be. */
export async function speak(language: Language): Promise<void> {
  if (language === "de" && !i18next.hasResourceBundle("de", "translation")) {
    const loaded = await import("./locales/de.json").catch(() => undefined);
    if (!loaded) return;
    i18next.addResourceBundle("de", "translation", loaded.default);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** The first language that a browser asks for and the pages have. */
export function preferred(asked: readonly string[]): Language {
  const primary = asked.map((tag) => tag.toLowerCase().split("-")[0]);
  return languages.find((language) => language === primary.find((one) => isLanguage(one))) ?? "en";
}

export function isLanguage(text: unknown): text is Language {
  return languages.some((language) => language === text);
}

export { i18next };
