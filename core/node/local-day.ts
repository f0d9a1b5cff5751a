/** `2026-11-20` in the machine's time zone. */
export function localDay(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return '-';
  // Asked for each event: formatting by locale takes a hundred times as long.
  const padded = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${padded(date.getMonth() + 1)}-${padded(date.getDate())}`;
}
