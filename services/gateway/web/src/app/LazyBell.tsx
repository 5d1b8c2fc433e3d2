import { lazy, Suspense } from "react";

const Bell = lazy(async () => ({ default: (await import("./Bell")).Bell }));

/** The bell is not needed for the first paint; its place is kept. */
export function LazyBell() {
  return (
    <Suspense fallback={<span aria-hidden className="size-8 pointer-coarse:size-10" />}>
      <Bell />
    </Suspense>
  );
}
