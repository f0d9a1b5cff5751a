import { redactKnownForms, redactUrlPasswords } from './known-forms.ts';
import { looksSecret } from './looks-secret.ts';
import { marker } from './marker.ts';
import { mayTell, mentionsIn } from './mentions.ts';
import { redactNamedValues } from './named-values.ts';
import { isPlaceholder } from './placeholder.ts';
import { familyOfName } from './telling-name.ts';
import { redactTokens } from './tokens.ts';

/** No shorter text holds a secret that can be told from other text. */
const SHORTEST = 6;

/**
 * The text with every secret that is known for one replaced. One scan mostly finds nothing; each pass behind it is one
 * too, and linear: a match that fails gives up after a bounded number of characters, one that succeeds consumes what it
 * read. Redacting twice changes nothing more.
 */
export function redactText(text: string): string {
  if (text.length < SHORTEST) return text;
  const { tokens, tellingName, knownForm, address } = mentionsIn(text);
  const withoutLogins = address ? redactUrlPasswords(text) : text;
  let redacted = redactTokens(withoutLogins, withoutLogins === text ? tokens : mentionsIn(withoutLogins).tokens);
  if (knownForm) redacted = redactKnownForms(redacted);
  if (tellingName < 0) return redacted;
  return redactNamedValues(redacted, redacted === text ? tellingName : 0);
}

/** The same for text that stands under a name of its own, as in JSON: a telling name needs less of the value. */
export function redactEntry(name: string, value: string): string {
  const family = mayTell(name) ? familyOfName(name) : undefined;
  if (!family || value.length < 3 || isPlaceholder(value)) return redactText(value);
  if (family === 'header' || family === 'password') return marker(family);
  return looksSecret(family, value, 'quoted', '"') ? marker(family) : redactText(value);
}
