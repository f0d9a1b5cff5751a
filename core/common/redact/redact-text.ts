import { redactKnownForms, redactUrlPasswords } from './known-forms.ts';
import { looksSecret } from './looks-secret.ts';
import { marker } from './marker.ts';
import { mentionsKnownForm, mentionsTellingName } from './mentions.ts';
import { redactNamedValues } from './named-values.ts';
import { isPlaceholder } from './placeholder.ts';
import { familyOfName } from './telling-name.ts';
import { redactTokens } from './tokens.ts';

/** No shorter text holds a secret that can be told from other text. */
const SHORTEST = 6;

/**
 * The text with every secret that is known for one replaced. Each pass is one scan that mostly finds nothing, and linear:
 * a match that fails gives up after a bounded number of characters, one that succeeds consumes what it read. Redacting
 * twice changes nothing more.
 */
export function redactText(text: string): string {
  if (text.length < SHORTEST) return text;
  const lowerCase = text.toLowerCase();
  let redacted = redactTokens(redactUrlPasswords(text));
  if (mentionsKnownForm(lowerCase)) redacted = redactKnownForms(redacted);
  return mentionsTellingName(lowerCase) ? redactNamedValues(redacted) : redacted;
}

/** The same for text that stands under a name of its own, as in JSON: a telling name needs less of the value. */
export function redactEntry(name: string, value: string): string {
  const family = mentionsTellingName(name.toLowerCase()) ? familyOfName(name) : undefined;
  if (!family || value.length < 3 || isPlaceholder(value)) return redactText(value);
  if (family === 'header' || family === 'password') return marker(family);
  return looksSecret(family, value, 'quoted', '"') ? marker(family) : redactText(value);
}
