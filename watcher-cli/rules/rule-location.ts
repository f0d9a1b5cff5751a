import { homedir } from 'node:os';
import path from 'node:path';
import { type CheckedRuleFile, checkFile, checkRuleFiles } from '../../core/node/rules/checked-rule-files.ts';
import { type PolicyLocation, readPolicyTexts } from '../../core/node/rules/load-policy.ts';
import { findRuleFile } from '../../core/node/rules/rule-file.ts';
import { readUserConfigText } from '../../core/node/rules/user-config.ts';
import { userConfigLocation } from '../../core/node/rules/user-config-location.ts';
import type { CliContext } from '../commands/cli-context.ts';
import { findWorkspace } from '../commands/find-workspace.ts';

/** Where the rules of the current folder are; `file` takes the place of the workspace's own. */
export function ruleLocation({ cwd, env }: Pick<CliContext, 'cwd' | 'env'>, file?: string): PolicyLocation {
  const rules = { workspace: findWorkspace(cwd, env).folder, file };
  return { rules, userConfig: userConfigLocation(env, homedir()) };
}

/** The file that was named and no other, or all that `watch` would read here. */
export async function namedOrOwnFiles(
  context: Pick<CliContext, 'cwd' | 'env'>,
  file: string | undefined,
): Promise<readonly CheckedRuleFile[]> {
  const location = ruleLocation(context, file);
  if (file === undefined) return checkRuleFiles(location, await readPolicyTexts(location));
  const resolved = path.resolve(file);
  if (resolved === location.userConfig.file) {
    const read = await readUserConfigText({ file: resolved, named: true });
    return 'missing' in read ? [] : [checkFile(resolved, 'user', read)];
  }
  const found = await findRuleFile(location.rules);
  return found ? [checkFile(found.file, 'workspace', found.read)] : [];
}

/** A path as it is shown: relative where that is shorter. */
export function shownFile(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative !== '' && !relative.startsWith('..') ? relative : file;
}
