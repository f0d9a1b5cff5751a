import { createScanner, type Node, parseTree } from 'jsonc-parser';

/**
 * Edits of a JSON text that change nothing but what they are asked for: comments, line ends, indentation and the order
 * of everything else stay. What `addProperty` and `addItem` put in, `removeAt` takes out without a trace, because a
 * container that was there before is filled directly after its opening bracket, while one that we create never is.
 *
 * Texts must be valid (comments and trailing commas are allowed) and paths must lead somewhere.
 */
export type JsonPath = readonly (string | number)[];

/** The last one counts where a key stands twice, as for `JSON.parse`. */
export function nodeAt(root: Node, path: JsonPath): Node | undefined {
  let node: Node | undefined = root;
  for (const segment of path) {
    if (typeof segment === 'number') node = node?.type === 'array' ? node.children?.[segment] : undefined;
    else node = node && propertyOf(node, segment)?.children?.[1];
  }
  return node;
}

/** Adds a property behind the last one of the object at `path`. */
export function addProperty(text: string, path: JsonPath, key: string, value: unknown): string {
  return insert(text, path, `${JSON.stringify(key)}: `, value);
}

/** Adds an item behind the last one of the array at `path`. */
export function addItem(text: string, path: JsonPath, value: unknown): string {
  return insert(text, path, '', value);
}

/** Replaces the string, number, boolean or null at `path`. */
export function replaceScalar(text: string, path: JsonPath, value: string | number): string {
  const node = requireNode(text, path);
  return splice(text, node.offset, node.offset + node.length, JSON.stringify(value));
}

/**
 * Removes the property or item at `path`, and the containers around it that hold nothing else and that we created.
 * Undefined when nothing at all is left: then the text was ours alone.
 */
export function removeAt(text: string, path: JsonPath): string | undefined {
  let child = elementOf(requireNode(text, path));
  for (;;) {
    const container = child.parent;
    if (!container) return undefined;
    const tokens = tokensOf(text, container);
    const childEnd = child.offset + child.length;
    const next = tokens.find((token) => token.start >= childEnd && !token.comment);
    const previous = tokens.findLast((token) => token.end <= child.offset);
    const before = tokens.findLast((token) => token.end <= child.offset && !token.comment);
    const end = next?.text === ',' ? next.end : childEnd;
    const start = cutStart(text, previous, end);
    if (next?.text === ',') return splice(text, start, end, '');
    if (before?.text === ',') return splice(splice(text, start, end, ''), before.start, before.end, '');
    const commented = tokens.some((token) => token.comment && (token.end <= start || token.start >= end));
    if (start === child.offset || commented) return splice(text, start, end, '');
    child = elementOf(container);
  }
}

/** What is cut begins behind the token before it; but a line comment must not swallow what comes after the cut. */
function cutStart(text: string, previous: Token | undefined, end: number): number {
  const start = previous?.end ?? end;
  const swallows = previous?.text.startsWith('//') && !/^[ \t]*\r?\n/.test(text.slice(end));
  return swallows ? text.indexOf('\n', start) + 1 : start;
}

function insert(text: string, path: JsonPath, label: string, value: unknown): string {
  const style = styleOf(text);
  const container = requireNode(text, path);
  const last = container.children?.at(-1);
  const inside = text.slice(container.offset, container.offset + container.length);
  const outerIndent = indentAt(text, container.offset);
  if (!last) {
    const multiline = style.multiline || container.parent === undefined;
    const added = label + render(value, multiline ? { ...style, indent: outerIndent } : undefined);
    return splice(text, container.offset + 1, container.offset + 1, added);
  }
  const tokens = tokensOf(text, container);
  const lastEnd = last.offset + last.length;
  const closing = container.offset + container.length - 1;
  const tail = tokens.findLast((token) => token.end <= closing && token.start >= lastEnd);
  const at = tail?.end ?? lastEnd;
  const trailingComma = tokens.some((token) => token.text === ',' && token.start >= lastEnd);
  const multiline = inside.includes('\n');
  const indent = startsLine(text, last.offset) ? indentAt(text, last.offset) : outerIndent;
  const gap = multiline ? style.eol + indent : ' ';
  const added = gap + label + render(value, multiline ? { ...style, indent } : undefined);
  const widened = splice(text, at, at, trailingComma ? `${added},` : added);
  return trailingComma ? widened : splice(widened, lastEnd, lastEnd, ',');
}

interface Style {
  readonly eol: string;
  /** One step of indentation. */
  readonly unit: string;
  readonly multiline: boolean;
}

function styleOf(text: string): Style {
  const eol = /\r?\n/.exec(text)?.[0] ?? '\n';
  const root = parse(text);
  const first = root.children?.[0];
  const own = first && startsLine(text, first.offset) ? indentAt(text, first.offset) : '';
  const multiline = text.slice(root.offset, root.offset + root.length).includes('\n');
  return { eol, unit: own === '' ? '  ' : own, multiline };
}

/** Without a style: on one line, with blanks inside the brackets that tell our containers from those found. */
function render(value: unknown, style: (Style & { readonly indent: string }) | undefined): string {
  if (style) return JSON.stringify(value, null, style.unit).replaceAll('\n', style.eol + style.indent);
  if (Array.isArray(value)) return `[ ${value.map((item) => render(item, undefined)).join(', ')} ]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const properties = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => `${JSON.stringify(key)}: ${render(item, undefined)}`);
  return `{ ${properties.join(', ')} }`;
}

interface Token {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly comment: boolean;
}

/** Brackets, commas, literals and comments between a container's brackets, these included; no blanks. */
function tokensOf(text: string, container: Node): readonly Token[] {
  const scanner = createScanner(text, false);
  const end = container.offset + container.length;
  const tokens: Token[] = [];
  scanner.setPosition(container.offset);
  while (scanner.getPosition() < end) {
    scanner.scan();
    const start = scanner.getTokenOffset();
    const token = text.slice(start, start + scanner.getTokenLength());
    if (token.trim() === '') continue;
    tokens.push({ start, end: start + token.length, text: token, comment: /^\/[/*]/.test(token) });
  }
  return tokens;
}

function parse(text: string): Node {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (!root) throw new Error('there is no JSON value in the text');
  return root;
}

function requireNode(text: string, path: JsonPath): Node {
  const node = nodeAt(parse(text), path);
  if (!node) throw new Error(`there is nothing at ${path.join('.')}`);
  return node;
}

/** What stands in the container: the whole property, not only its value. */
function elementOf(node: Node): Node {
  return node.parent?.type === 'property' ? node.parent : node;
}

function propertyOf(node: Node, key: string): Node | undefined {
  if (node.type !== 'object') return undefined;
  return node.children?.findLast((property) => property.children?.[0]?.value === key);
}

/** The blanks at the beginning of the line that `offset` lies in. */
function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? '';
}

function startsLine(text: string, offset: number): boolean {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return lineStart > 0 && text.slice(lineStart, offset).trim() === '';
}

function splice(text: string, start: number, end: number, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end);
}
