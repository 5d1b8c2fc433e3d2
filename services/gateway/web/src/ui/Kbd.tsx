import { keyLabels } from "../domain/keys";

/** A key binding such as `g i` or `$mod+k`, as caps. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="inline-flex items-center gap-1">
      {keyLabels(keys).map((press, index) => (
        <kbd
          key={index}
          className="border-line bg-sunken text-ink-2 inline-flex h-5 min-w-5 items-center justify-center rounded border px-1 font-mono text-[0.6875rem]"
        >
          {press}
        </kbd>
      ))}
    </span>
  );
}
