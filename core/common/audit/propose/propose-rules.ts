import { visibleJson } from '../../json.ts';
import { printable } from '../../rules/reading/rule-issue.ts';
import type { Counted } from './counted.ts';
import type { Observed } from './observation.ts';

/** The most that a session came to, of those observed; undefined what is not known of any. */
export interface SessionMaxima {
  /** US dollars. */
  readonly cost_usd: number | undefined;
  readonly tool_calls: number | undefined;
  readonly files_modified: number | undefined;
  readonly duration_minutes: number | undefined;
}

/** A rule, and why it is proposed. */
export interface ProposedRule {
  readonly name: string;
  readonly when: string;
  readonly action: 'alert';
  readonly why: string;
}

/** UTF-16 units of a list in a condition; a condition of more than 4096 cannot be read. */
const MAX_LIST = 3500;
/** No session is so small that it should be stopped below these. */
const LEAST = { cost_usd: 1, tool_calls: 50, files_modified: 10, duration_minutes: 30 } as const;
const UNITS = {
  cost_usd: 'US dollars',
  tool_calls: 'calls',
  files_modified: 'files',
  duration_minutes: 'minutes',
} as const;

/** Rules that none of the observed sessions breaks, but for sensitive files and commands that could not be read. */
export function proposeRules(observed: Observed, maxima: SessionMaxima): readonly ProposedRule[] {
  return [sensitiveRule(observed), ...callRules(observed), ...limitRules(maxima)];
}

/** The file of those rules: JSON, each with a comment that gives the reason. */
export function formatRules(rules: readonly ProposedRule[]): string {
  const blocks = rules.map(({ why, ...rule }, index) => {
    const fields = Object.entries(rule).map(([name, value]) => `${JSON.stringify(name)}: ${visibleJson(value)}`);
    const comma = index === rules.length - 1 ? '' : ',';
    return `    // ${printable(why)}\n    { ${fields.join(', ')} }${comma}`;
  });
  return `{\n  "rules": [\n${blocks.join('\n')}\n  ]\n}\n`;
}

function sensitiveRule({ sensitive }: Observed): ProposedRule {
  const names = sensitive.slice(0, 3).map(({ text }) => text.slice(0, 100));
  const seen = `seen: ${names.join(', ')}${sensitive.length > names.length ? ' ...' : ''}`;
  return {
    name: 'sensitive file',
    when: 'sensitive',
    action: 'alert',
    why:
      sensitive.length === 0
        ? 'no file of a kind that holds secrets was touched'
        : `${seen}; nothing proposed here allows that`,
  };
}

function callRules({ read, write, programs, hosts }: Observed): readonly ProposedRule[] {
  const commands = programs.flatMap(({ text, count }) => [
    { text, count },
    { text: `${text} *`, count: 0 },
  ]);
  return [
    elsewhere('write elsewhere', 'writes', 'file_path', write, 'written'),
    elsewhere('read elsewhere', '!writes', 'file_path', read, 'read'),
    elsewhere('another program', 'size(command) > 0', 'command', commands, 'run'),
    elsewhere('another host', 'size(host) > 0', 'host', hosts, 'reached'),
  ].filter((rule) => rule !== undefined);
}

/** A rule on what is in none of the patterns; undefined when those are too many for a condition. */
function elsewhere(
  name: string,
  applies: string,
  variable: string,
  patterns: readonly Counted[],
  done: string,
): ProposedRule | undefined {
  const calls = patterns.reduce((sum, { count }) => sum + count, 0);
  const list = patterns.map(({ text }) => celText(text)).join(', ');
  if (list.length > MAX_LIST) return undefined;
  const when = patterns.length === 0 ? applies : `${applies} && !glob(${variable}, [${list}])`;
  return {
    name,
    when,
    action: 'alert',
    why: calls === 0 ? `nothing was ${done}` : `${done} in ${calls} ${calls === 1 ? 'call' : 'calls'}, nowhere else`,
  };
}

function limitRules(maxima: SessionMaxima): readonly ProposedRule[] {
  return (Object.keys(UNITS) as (keyof SessionMaxima)[]).flatMap((variable): readonly ProposedRule[] => {
    const most = maxima[variable];
    if (most === undefined || !(most > 0)) return [];
    const limit = Math.max(LEAST[variable], roundUp(2 * most));
    const shown = Number.isInteger(most) ? most : most.toFixed(2);
    const why = `the most in one session: ${shown} ${UNITS[variable]}`;
    return [{ name: `${variable} limit`, when: `${variable} > ${limit}`, action: 'alert', why }];
  });
}

/** The next of 1, 2, 3, 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 3, 5, 10].find((each) => each * power >= value) ?? 10;
  return Number((step * power).toPrecision(1));
}

/** A text of the language: what its strings would read otherwise is escaped. */
function celText(text: string): string {
  return JSON.stringify(text);
}
