/** What the hook before a call has to say of it, before it is put into an agent's own words. */
export interface CallAnswer {
  /** Why the call must not run; undefined when it may. The agent is told. */
  readonly denied?: string;
  /** The agent's turn ends with it, where the agent can be told so. */
  readonly stop?: boolean;
  /** What the user should know, shown as a warning where the agent does that. */
  readonly warning?: string;
}
