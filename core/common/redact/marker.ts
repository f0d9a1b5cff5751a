/** What stands in a secret's place: `[REDACTED:<rule>]`. */
export function marker(rule: string): string {
  return `[REDACTED:${rule}]`;
}
