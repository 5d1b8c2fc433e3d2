// For how many days runs can be read, as a person writes it.

export const fewestDays = 1;
export const mostDays = 3650;

/** Whole days; undefined when what was written cannot be. */
export function readDays(text: string): number | undefined {
  const days = Number(text);
  const fits = text.trim() !== "" && Number.isInteger(days) && days >= fewestDays && days <= mostDays;
  return fits ? days : undefined;
}

/** Whether runs that can be read now could not be read any more; null leaves it to what is coarser. */
export function hidesRuns(now: number, next: number | null, coarser?: number): boolean {
  const then = next ?? coarser;
  return then !== undefined && then < now;
}
