import { lstatSync } from 'node:fs';
import path from 'node:path';
import { STARTER_FILE, STARTER_RULES } from '../../core/common/rules/editing/starter-rules.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { RULE_FILE_NAMES } from '../../core/node/rules/rule-file-names.ts';
import { createFile, replaceFile } from '../../core/node/store/replace-file.ts';
import type { CliContext } from '../commands/cli-context.ts';
import { findWorkspace } from '../commands/find-workspace.ts';

/** Others work with the workspace too. */
const FILE_MODE = 0o644;

/**
 * `agent-trace rules init`: writes the starter rules. Throws AgentTraceError `refused` where there is a rule file already;
 * with `force` the one of the same name is replaced.
 */
export function initRules(context: CliContext, { force }: { readonly force?: boolean }): void {
  const { folder } = findWorkspace(context.cwd, context.env);
  const file = path.join(folder, STARTER_FILE);
  const present = RULE_FILE_NAMES.filter((name) => lstatSync(path.join(folder, name), { throwIfNoEntry: false }));
  const other = present.find((name) => name !== STARTER_FILE);
  if (other) {
    throw new AgentTraceError(
      'refused',
      `${path.join(folder, other)} is there, and only one rule file may be; remove it, or go on with it`,
    );
  }
  if (force) replaceFile(file, STARTER_RULES, FILE_MODE);
  else if (present.length > 0 || !createFile(file, STARTER_RULES, FILE_MODE)) {
    throw new AgentTraceError('refused', `${file} is there; --force replaces it`);
  }
  context.stdout.write(`${sanitize(file)} is written.
  agent-trace rules explain   says it in words
  agent-trace rules test      tries it on the sessions recorded here
  agent-trace watch           lets it guard, as the editor does while an agent works
`);
}
