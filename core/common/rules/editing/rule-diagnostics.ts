import type { PlacedRule } from '../reading/check-rules.ts';
import type { Mistake } from '../reading/positioned.ts';
import { checkRuleText, type RuleFileKind, type RuleFormat } from '../reading/read-rules.ts';
import { printable, shownMistakes } from '../reading/rule-issue.ts';

/** Something wrong in a text that is being edited, in the watcher's words. `offset` and `length` are UTF-16 units. */
export interface RuleDiagnostic {
  readonly offset: number;
  readonly length: number;
  /** Printable: what is wrong and, in a second line, what would be right. */
  readonly message: string;
  /** What was probably meant, to stand in the place of the marked text. */
  readonly replacement?: string;
}

export interface RuleDiagnostics {
  /** In the order of the text; as many as the watcher would tell. */
  readonly diagnostics: readonly RuleDiagnostic[];
  /** The rules without a mistake. */
  readonly rules: readonly PlacedRule[];
}

/** What the watcher would say of this text if it were the file. Never throws. */
export function ruleDiagnostics(source: string, format: RuleFormat, kind: RuleFileKind): RuleDiagnostics {
  const { rules, mistakes } = checkRuleText(source, format, kind);
  const { shown, rest } = shownMistakes(mistakes);
  const diagnostics = shown.map((mistake) => toDiagnostic(source, mistake));
  if (rest) diagnostics.push({ offset: 0, length: 0, message: diagnosticMessage(rest) });
  return { diagnostics, rules };
}

/** The message of an issue as an editor shows it. */
export function diagnosticMessage({ message, hint }: { readonly message: string; readonly hint: string }): string {
  return `${printable(message)}\n${printable(hint)}`;
}

function toDiagnostic(source: string, mistake: Mistake): RuleDiagnostic {
  const offset = Math.min(mistake.span.offset, source.length);
  const length = Math.min(mistake.span.length, source.length - offset);
  const replacement = replacementOf(source.slice(offset, offset + length), mistake);
  const message = diagnosticMessage(mistake);
  return { offset, length, message, ...(replacement === undefined ? {} : { replacement }) };
}

/** With the quotes of the word it replaces; undefined when more than one word is marked. */
function replacementOf(marked: string, { replacement }: Mistake): string | undefined {
  const quote = /^(["']?)[^\s"'\\]+\1$/.exec(marked)?.[1];
  return replacement === undefined || quote === undefined ? undefined : `${quote}${replacement}${quote}`;
}
