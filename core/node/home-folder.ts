/** The user's home folder: `HOME`, else what the system says. */
export function homeFolder(env: Readonly<Record<string, string | undefined>>): string {
  // Loaded only when needed: the hook imports this file and is measured against a bare `node -e 0`.
  return env.HOME || process.getBuiltinModule('node:os').homedir();
}
