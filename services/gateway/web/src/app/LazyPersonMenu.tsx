import { lazy, Suspense } from "react";
import { Skeleton } from "../ui/States";

const PersonMenu = lazy(async () => ({ default: (await import("./PersonMenu")).PersonMenu }));

/** The menu is not needed for the first paint; its place is kept. */
export function LazyPersonMenu({ compact }: { compact?: boolean }) {
  return (
    <Suspense fallback={<Skeleton className={compact ? "size-10 rounded-lg" : "h-12 rounded-lg"} />}>
      <PersonMenu compact={compact} />
    </Suspense>
  );
}
