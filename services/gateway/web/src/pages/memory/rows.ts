// The rows of the page, in the order in which they show: who has the focus, and who gets it.

const rows = () =>
  [...document.querySelectorAll<HTMLElement>("[data-fact]")].filter(
    (row) => !row.closest("details:not([open])"),
  );

export function rowIds(): string[] {
  return rows().flatMap(({ dataset }) => dataset.fact ?? []);
}

/** A list that was just read again shows its rows some frames later. */
const patience = 10;

/** Puts the focus on a row, whose text is spoken then; on the page when there is none. */
export function focusRow(id: string | undefined, frames = patience): void {
  const row = rows().find(({ dataset }) => dataset.fact === id);
  if (!row && id !== undefined && frames > 0) {
    requestAnimationFrame(() => focusRow(id, frames - 1));
    return;
  }
  (row ?? document.querySelector("main"))?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

/** Hands the focus of a row on, unless the person is elsewhere by now. */
export function handOn(from: string, to: string | undefined): void {
  const active = document.activeElement;
  const row = active?.closest<HTMLElement>("[data-fact]");
  if (active === null || active === document.body || row?.dataset.fact === from) focusRow(to);
}
