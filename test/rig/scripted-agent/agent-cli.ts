import type { ScriptedModel, Step } from './scripted-model.ts';

/** What the tests have to know of an agent's command line. */
export interface AgentCli {
  /** With its version. */
  readonly name: string;
  /** Name of its executable: what the trace calls it. */
  readonly executable: string;
  /** Path of the executable, installed on first use. */
  install(): Promise<string>;
  /** Serves a script by the API that the agent speaks. */
  serve(steps: readonly Step[]): Promise<ScriptedModel>;
  /** Writes the settings into an empty home. Gives what this agent needs to work through one prompt by itself. */
  prepare(place: { readonly home: string; readonly modelUrl: string }): Promise<AgentCommand>;
  /** The last thing that the model said, by what the agent printed. */
  finalText(stdout: string): string | undefined;
}

export interface AgentCommand {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}
