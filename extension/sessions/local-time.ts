/** `Nov 26, 2026, 6:31 PM` as the user's language has it. Not how long ago: that would be wrong soon after it is shown. */
export function localTime(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
