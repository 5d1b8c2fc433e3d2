import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useCommands, type Command } from "../../app/commands";

const cards = () => [...document.querySelectorAll<HTMLElement>("[data-question]:not([hidden])")];
const current = () => document.activeElement?.closest<HTMLElement>("[data-question]") ?? undefined;

/** Puts the focus on a card, whose title is spoken then; on the page when there is none. */
export function focusQuestion(id: string | undefined): void {
  const card = cards().find((one) => one.dataset.question === id);
  (card ?? document.querySelector("main"))?.focus();
  card?.scrollIntoView({ block: "nearest" });
}

/** The card that takes the focus when this one is done with: the next, else the one before. */
export function neighbour(id: string): string | undefined {
  const all = cards();
  const at = all.findIndex((one) => one.dataset.question === id);
  return (all[at + 1] ?? all[at - 1])?.dataset.question;
}

/** j and k move; y, n and e act on the card that has the focus. */
export function useQuestionKeys(): void {
  const { t } = useTranslation();
  const commands = useMemo((): Command[] => {
    const section = t("nav.questions");
    const move = (by: number) => {
      const all = cards();
      const open = current();
      const at = open ? all.indexOf(open) + by : 0;
      const id = all[Math.max(0, Math.min(at, all.length - 1))]?.dataset.question;
      if (id) focusQuestion(id);
    };
    const find = (selector: string) => current()?.querySelector<HTMLElement>(selector);
    const press = (action: string) => find(`[data-act=${action}]`)?.click();
    const write = () => {
      if (find("[data-act=edit]")) press("edit");
      else find("form input, form textarea, form button")?.focus();
    };
    return [
      { id: "questions.next", title: t("questions.next"), section, keys: "j", run: () => move(1) },
      { id: "questions.previous", title: t("questions.previous"), section, keys: "k", run: () => move(-1) },
      {
        id: "questions.approve",
        title: t("questions.decide.approve"),
        section,
        keys: "y",
        run: () => press("approve"),
      },
      {
        id: "questions.reject",
        title: t("questions.decide.reject"),
        section,
        keys: "n",
        run: () => press("reject"),
      },
      { id: "questions.edit", title: t("questions.editKey"), section, keys: "e", run: write },
    ];
  }, [t]);
  useCommands(commands);
}
