import type { Policy } from '../../core/common/rules/rule.ts';

/** What a watcher says of the rules it holds sessions against, in one line. `dryRun`: they do nothing, whatever their mode. */
export function describePolicy({ rules, source }: Policy, dryRun: boolean): string {
  if (rules.length === 0) {
    return `no rules${source === undefined ? '' : ` in ${source}`}: nothing is stopped, whatever happens`;
  }
  const count = rules.length === 1 ? '1 rule' : `${rules.length} rules`;
  const watched = rules.filter(({ mode }) => mode === 'monitor').length;
  const only = watched === 0 ? '' : `, ${watched === rules.length ? 'all' : watched} in monitor mode`;
  return `${count}${source === undefined ? '' : ` from ${source}`}${dryRun ? ', dry run: nothing is signalled' : only}`;
}
