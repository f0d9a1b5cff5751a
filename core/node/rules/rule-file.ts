import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { RuleFormat } from '../../common/rules/reading/read-rules.ts';
import { wholeFileIssue } from '../../common/rules/reading/rule-issue.ts';
import { type RuleText, readRuleText } from './read-rule-text.ts';
import { RULE_FILE_NAMES } from './rule-file-names.ts';

/** Where to look for rules. */
export interface RuleFileLocation {
  readonly workspace: string;
  /** The file the user named; it must exist. Undefined: look for one of `RULE_FILE_NAMES` in the workspace. */
  readonly file?: string | undefined;
}

/** A rule file and its text, or why it cannot be read. */
export interface FoundRuleFile {
  readonly file: string;
  readonly read: Exclude<RuleText, { missing: true }>;
}

/** The files that a location can mean. */
export function ruleFileCandidates({ workspace, file }: RuleFileLocation): readonly string[] {
  return file === undefined ? RULE_FILE_NAMES.map((name) => path.join(workspace, name)) : [path.resolve(file)];
}

/** JSON for `.json` and `.jsonc`; YAML, which includes JSON, for all else. */
export function formatOf(file: string): RuleFormat {
  return /\.jsonc?$/i.test(file) ? 'json' : 'yaml';
}

/**
 * Finds and reads the rule file. Undefined when none was named and the workspace has none. Only a file that the user
 * named may be a link: a repository could bring one to a secret, whose lines would be shown as mistakes. Never throws.
 */
export async function findRuleFile(location: RuleFileLocation): Promise<FoundRuleFile | undefined> {
  const candidates = ruleFileCandidates(location);
  const present = location.file === undefined ? await existing(candidates) : candidates;
  const [file, other] = present;
  if (file === undefined) return undefined;
  if (other !== undefined) {
    const names = present.map((each) => path.basename(each)).join(' and ');
    return { file, read: { issue: wholeFileIssue(`there is more than one rule file: ${names}`, 'keep one of them') } };
  }
  const read = await readRuleText(file, location.file === undefined ? 'refuse links' : 'follow links');
  if (!('missing' in read)) return { file, read };
  return { file, read: { issue: wholeFileIssue('there is no such file', 'see that the path is right') } };
}

/** What cannot be looked at counts as being there: reading it will tell why, instead of an unguarded run. */
async function existing(files: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    files.map(async (file) => {
      try {
        // Not `stat`: a link to nothing is a rule file that cannot be read, not the absence of one.
        await lstat(file);
        return [file];
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        return code === 'ENOENT' || code === 'ENOTDIR' ? [] : [file];
      }
    }),
  );
  return found.flat();
}
