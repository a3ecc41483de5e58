/** A share of a whole, as a bar. The number stands beside it. */
export function Bar({ part, whole }: { part: number; whole: number }) {
  const width = whole ? Math.max(0.5, (part / whole) * 100) : 0;
  return (
    <svg class="block h-2 w-full" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="fill-panel" width="100" height="8" rx="1" />
      <rect class="fill-accent" width={width} height="8" rx="1" />
    </svg>
  );
}
