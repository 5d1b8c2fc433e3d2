import type { ReactNode } from "react";
import { Mark } from "../../ui/Mark";

/** The frame of the pages before sign-in. */
export function DoorFrame({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-8 flex flex-col items-center text-center">
          <Mark size={44} />
          <h1 className="mt-5 text-2xl font-semibold tracking-tight">{title}</h1>
          <p className="text-ink-2 mt-1.5 text-md">{lead}</p>
        </div>
        <div className="border-line bg-surface shadow-card rounded-2xl border p-6">{children}</div>
      </div>
    </main>
  );
}
