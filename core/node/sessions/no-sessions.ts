/** What is said of a store without sessions, and how some get into it. */
export function noSessionsText(store: string): string {
  return `no sessions in ${store}; agent-trace setup records those to come, agent-trace import --discover lists those of the past`;
}
