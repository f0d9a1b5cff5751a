import type { ScriptedModel, Step } from './scripted-model.ts';

/** What the tests have to know of an agent's command line. */
export interface AgentCli {
  /** With its version. */
  readonly name: string;
  /** Name of its executable: what the trace calls it. */
  readonly executable: string;
  /** Its sessions are in SQLite, which the oldest Node that we run on cannot read. */
  readonly usesSqlite?: boolean;
  /** How it comes to call our hooks; undefined for agents that have none. */
  readonly hooks?: AgentHooks;
  /** Path of the executable, installed on first use. */
  install(): Promise<string>;
  /** Serves a script by the API that the agent speaks. */
  serve(steps: readonly Step[]): Promise<ScriptedModel>;
  /** Writes the settings into an empty home. Gives what this agent needs to work through one prompt by itself. */
  prepare(place: { readonly home: string; readonly modelUrl: string }): Promise<AgentCommand>;
  /** The last thing that the model said, by what the agent printed. */
  finalText(stdout: string): string | undefined;
}

export interface AgentHooks {
  /** Arguments of `agent-trace setup`. */
  readonly setup: readonly string[];
  /** What the agent needs besides to run hooks that nobody has looked at. */
  readonly args?: readonly string[];
  /** A call that a hook denies can end its turn. */
  readonly endsTurn: boolean;
  /** What has it print warnings of hooks; undefined when nothing has. */
  readonly warns?: readonly string[];
}

export interface AgentCommand {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}
