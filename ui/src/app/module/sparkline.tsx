import { bytes } from '../parts/sizes';

const WIDTH = 300;
const HEIGHT = 48;
const EDGE = 4;

/** Where the points lie; all on the middle line when nothing changes. */
export function layout(sizes: number[]): { x: number; y: number }[] {
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  const across = (WIDTH - 2 * EDGE) / Math.max(1, sizes.length - 1);
  return sizes.map((size, at) => ({
    x: EDGE + at * across,
    y: high === low ? HEIGHT / 2 : HEIGHT - EDGE - ((size - low) / (high - low)) * (HEIGHT - 2 * EDGE),
  }));
}

export function Sparkline({ points }: { points: { number: number; size: number }[] }) {
  const shown = points.slice(-50);
  const places = layout(shown.map(({ size }) => size));
  const last = places.at(-1);
  const sizes = shown.map(({ size }) => size);
  const label = `Size of the last ${shown.length} builds, between ${bytes(Math.min(...sizes))} and ${bytes(Math.max(...sizes))}`;
  return (
    <svg class="block w-full max-w-md text-accent" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <polyline
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-linejoin="round"
        points={places.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')}
      />
      {last && <circle cx={last.x} cy={last.y} r="3" fill="currentColor" />}
      {places.map(({ x, y }, at) => (
        <circle key={at} cx={x} cy={y} r="6" fill="transparent">
          <title>{`build ${shown[at]?.number}: ${bytes(shown[at]?.size ?? 0)}`}</title>
        </circle>
      ))}
    </svg>
  );
}
