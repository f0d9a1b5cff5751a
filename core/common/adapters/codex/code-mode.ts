import { asString, parseJson } from '../../json.ts';

const MOST_COMMANDS = 100;
/** `cmd: "..."` in any of JavaScript's quotes; the value of a template with an expression in it is not known. */
const COMMAND = /\bcmd\s*:\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\$]|\\.|\$(?!\{))*`)/g;

/** The shell commands that a script of code mode names, as far as they stand in it as they are. */
export function scriptCommands(script: string): readonly string[] {
  const commands: string[] = [];
  for (const match of script.matchAll(COMMAND)) {
    if (commands.length === MOST_COMMANDS) break;
    const literal = match[1] ?? '';
    const body = literal.slice(1, -1);
    const json = literal.startsWith('"')
      ? literal
      : `"${body
          .replace(/\\(['`$])/g, '$1')
          .replace(/(?<!\\)"/g, '\\"')
          .replace(/\n/g, '\\n')}"`;
    commands.push(asString(parseJson(json)) ?? body);
  }
  return commands;
}
