import { join } from 'node:path';

/** The command line that comes with the extension, and what runs it: no Node need be installed. */
export interface BundledCli {
  /** Path of Node, or of an editor's own runtime that is Node with `ELECTRON_RUN_AS_NODE`. */
  readonly runtime: string;
  /** Path of the command line's bundle. */
  readonly script: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Run by the runtime that runs the extension, with what `environment` gives at that time. */
export function bundledCli(extensionPath: string, environment: () => NodeJS.ProcessEnv): BundledCli {
  return {
    runtime: process.execPath,
    script: join(extensionPath, 'dist', 'agent-trace.cjs'),
    get env() {
      // The extension shows the stores of workspace folders; a watcher must not follow another one instead.
      const { AGENT_TRACE_DIR: _, ...rest } = environment();
      return { ...rest, ELECTRON_RUN_AS_NODE: '1' };
    },
  };
}
