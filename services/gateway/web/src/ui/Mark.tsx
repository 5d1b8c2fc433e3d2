/** The product's mark: S and T in Morse code. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden className="shrink-0">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <g className="fill-on-accent">
        <circle cx="9.5" cy="12.5" r="2.5" />
        <circle cx="16" cy="12.5" r="2.5" />
        <circle cx="22.5" cy="12.5" r="2.5" />
        <rect x="7" y="18" width="18" height="4.5" rx="2.25" />
      </g>
    </svg>
  );
}

/** Three dots and a dash, keyed in turn: something is on its way. */
export function Keying({ label }: { label: string }) {
  return (
    <span role="img" aria-label={label} className="inline-flex items-center gap-1 py-1">
      {[0, 1, 2, 3].map((beat) => (
        <span
          key={beat}
          className={`bg-accent animate-key h-1.5 rounded-full ${beat === 3 ? "w-4" : "w-1.5"}`}
          style={{ animationDelay: `${beat * 160}ms` }}
        />
      ))}
    </span>
  );
}
