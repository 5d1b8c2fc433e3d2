import { useId, type ReactNode } from "react";
import { Card } from "../../../ui/PageHeader";

/** A titled list of what belongs to a prompt. */
export function Part({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="text-md font-semibold">
        {title}
      </h2>
      <p className="text-ink-2 mb-2">{lead}</p>
      <Card>{children}</Card>
    </section>
  );
}

/** That such a list has nothing yet. */
export function Nothing({ children }: { children: ReactNode }) {
  return <p className="text-ink-3 px-4 py-3">{children}</p>;
}
