/** Small pictures, drawn on a grid of 16. They say nothing that the text beside them does not. */
const PATHS = {
  run: 'M4.5 2.8v10.4L13 8z',
  stop: 'M3.5 3.5h9v9h-9z',
  again: 'M13 8a5 5 0 1 1-1.5-3.6M13 2v3h-3',
  ok: 'M3 8.5l3.2 3.2L13 5',
  failed: 'M4 4l8 8M12 4l-8 8',
  building: 'M8 3v5l3 2M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8L13 13M13 3l-1.2 1.2M4.2 11.8L3 13',
  moon: 'M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1z',
  system: 'M2 3h12v8H2zM6 13.5h4',
  add: 'M8 3v10M3 8h10',
  trash: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.5 9h6l.5-9',
  download: 'M8 2.5v8M4.8 7.5L8 10.7l3.2-3.2M3 13.5h10',
  open: 'M6 3H3v10h10v-3M9 2.8h4.2V7M13 3L7.5 8.5',
} as const;

const FILLED = new Set<string>(['run', 'stop']);

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  const paint = FILLED.has(name)
    ? { fill: 'currentColor' }
    : {
        fill: 'none',
        stroke: 'currentColor',
        'stroke-width': '1.5',
        'stroke-linecap': 'round' as const,
        'stroke-linejoin': 'round' as const,
      };
  return (
    <svg class="size-4 shrink-0" viewBox="0 0 16 16" aria-hidden="true" {...paint}>
      <path d={PATHS[name]} />
    </svg>
  );
}
