/** Numbers for people. */

export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  let value = size / 1000;
  for (const unit of ['kB', 'MB', 'GB']) {
    if (value < 999.5 || unit === 'GB')
      return `${value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
    value /= 1000;
  }
  return `${size} B`;
}

export function change(before: number, after: number): string {
  const difference = after - before;
  if (difference === 0) return 'no change';
  const share = before ? ` (${difference > 0 ? '+' : '-'}${Math.abs((difference / before) * 100).toFixed(1)}%)` : '';
  return `${difference > 0 ? '+' : '-'}${bytes(Math.abs(difference))}${share}`;
}

export function duration(seconds: number): string {
  if (seconds < 0.0005) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 1) return `${(seconds * 1000).toFixed(seconds < 0.01 ? 2 : 0)} ms`;
  if (seconds < 60) return `${seconds.toFixed(2)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

export function percent(part: number, whole: number): string {
  return whole ? `${((part / whole) * 100).toFixed(1)}%` : '0%';
}
