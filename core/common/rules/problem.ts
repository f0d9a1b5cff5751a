/** What is wrong, and what would be right. */
export interface Problem {
  readonly message: string;
  readonly hint: string;
}
