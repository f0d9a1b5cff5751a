import { checkCommandGlob, oneSpaced } from '../../rules/matching/command-glob.ts';
import { allowsCommand, commandPattern } from '../command-pattern.ts';
import type { CommandRun } from '../command-runs.ts';
import { type Counted, countUp } from './counted.ts';

/** Programs of many commands: their second word says what they do. */
const OF_COMMANDS = new Set(
  (
    'git npm pnpm yarn bun docker podman cargo go kubectl helm gh glab pip pip3 uv poetry pipx conda just npx bunx deno ' +
    'dotnet mix bundle rails rake composer terraform aws gcloud az systemctl brew apt apt-get python python3 node ruby ' +
    'php perl make task bash sh zsh'
  ).split(' '),
);
/** Of those, the commands whose next word says it. */
const OF_SCRIPTS =
  /^(?:(?:npm|pnpm|yarn|bun) run|uv run|poetry run|bundle exec|python3? -m|docker compose|cargo \+\S+)$/;
/** What they destroy is told by their arguments: they are allowed word for word. */
const DESTRUCTIVE = new Set(
  'rm rmdir dd shred truncate chmod chown kill pkill killall mkfs shutdown reboot'.split(' '),
);
const PRIVILEGED = /^(?:sudo|doas) /;
/** A word that says what a program does, and not what it does it to. */
const PLAIN = /^[\w@.+-]+(?:[/:][\w@.+-]+)*$/;

/** Entries of one program that are told each for itself; beyond, the program is. */
const MAX_OF_COMMANDS = 25;
const MAX_WORD_FOR_WORD = 15;
/** Characters of a command that is told word for word. */
const MAX_CHARACTERS = 160;
/** Programs that are kept. */
const MAX_PROGRAMS = 2000;

interface Program {
  readonly entries: Map<string, number>;
  readonly limit: number;
}

/** Commands that were run, as patterns of `commands.allow`: few of many. */
export class CommandEntries {
  private readonly programs = new Map<string, Program>();

  /** False when no pattern can be written that allows the command. */
  add(run: CommandRun): boolean {
    const own = run.texts.at(run.texts.length > 1 && run.texts[1]?.least === 0 ? 1 : 0);
    if (!own) return true;
    const wide = programOf(own.text, own.least);
    const isWordForWord = DESTRUCTIVE.has(run.program) || PRIVILEGED.test(own.text);
    const narrow = isWordForWord ? exactly(own.text) : firstWords(own.text, wide, run.program);
    const allowing = [narrow, wide].filter(
      (entry) => checkCommandGlob(entry) === undefined && allowsCommand(commandPattern(entry), run.texts),
    );
    const [entry] = allowing;
    if (entry === undefined) return false;
    if (!this.programs.has(wide) && this.programs.size === MAX_PROGRAMS) return false;
    const limit = isWordForWord ? MAX_WORD_FOR_WORD : MAX_OF_COMMANDS;
    const program = this.programs.get(wide) ?? { entries: new Map<string, number>(), limit };
    this.programs.set(wide, program);
    // One more than are told is enough to know that the program is told instead.
    const isNew = !program.entries.has(entry);
    countUp(program.entries, isNew && program.entries.size > program.limit ? wide : entry);
    return true;
  }

  /** Patterns that allow every command; the most used first. */
  patterns(): readonly Counted[] {
    const all = [...this.programs].flatMap(([wide, { entries, limit }]): readonly Counted[] => {
      const count = [...entries.values()].reduce((one, other) => one + other, 0);
      if (entries.size > limit || entries.has(wide)) return [{ text: wide, count }];
      return [...entries].map(([text, each]) => ({ text, count: each }));
    });
    return all.toSorted((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
  }
}

/** The program, and what stands before it where that matters. */
function programOf(text: string, least: number): string {
  const space = text.indexOf(' ', least);
  return space < 0 ? text : text.slice(0, space);
}

function firstWords(text: string, wide: string, program: string): string {
  if (!OF_COMMANDS.has(program)) return wide;
  const [second = '', third = ''] = text.slice(wide.length + 1).split(' ');
  if (!PLAIN.test(second)) return wide;
  const two = `${wide} ${second}`;
  return OF_SCRIPTS.test(two) && PLAIN.test(third) ? `${two} ${third}` : two;
}

/** `*` and `?` stand for one sign: the nearest to themselves that a pattern can say. */
function exactly(text: string): string {
  const spaced = oneSpaced(text);
  return spaced.length > MAX_CHARACTERS ? '' : spaced.replaceAll('*', '?');
}
