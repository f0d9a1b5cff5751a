/** `340 ms`, `1.2 s`, `42 s`, `3m 07s`, `2h 05m`. */
export function formatDuration(ms: number): string {
  if (!(ms >= 0)) return '0 ms';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 10) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${twoDigits(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h ${twoDigits(Math.floor((seconds % 3600) / 60))}m`;
}

/** `850`, `1.2k`, `45k`, `1.3M`. */
export function formatCount(count: number): string {
  if (count < 1000) return String(Math.round(count));
  if (count < 999_500) return scaled(count / 1000, 'k');
  return scaled(count / 1_000_000, 'M');
}

function scaled(value: number, unit: string): string {
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)}${unit}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
