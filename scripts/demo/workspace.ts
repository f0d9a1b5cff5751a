import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A folder of its own for everything that the demonstration writes. */
export interface DemoPlace {
  readonly home: string;
  readonly workspace: string;
  /** The workspace's `.agent-traces`. */
  readonly store: string;
  readonly runtimeDir: string;
  /** For what runs in it: it is to follow neither the user's rules nor post to a webhook. */
  readonly env: NodeJS.ProcessEnv;
  remove(): void;
}

const RULES = `{
  "rules": [
    { "name": "budget", "when": "cost_usd > 2", "action": "kill" },
    { "name": "large change", "when": "files_modified > 4", "action": "pause", "notify": "look at the diff first" },
    { "name": "no rm -rf", "when": "glob(command, 'rm -rf *')", "action": "kill" },
    { "name": "failing tests", "when": "consecutive_test_failures > 2", "action": "alert" }
  ]
}
`;

const CART = `import { format } from './money.js';

/** What a customer is about to buy. */
export class Cart {
  #items = [];

  /** \`cents\` is the price of one. */
  add(name, cents, count = 1) {
    this.#items.push({ name, cents, count });
    return this;
  }

  /** Cents, before shipping. */
  get subtotal() {
    return this.#items.reduce((sum, { cents, count }) => sum + cents * count, 0);
  }

  /** Cents; shipping is free from 50 dollars on. */
  get total() {
    return this.subtotal + (this.subtotal >= 5000 ? 0 : 490);
  }

  receipt() {
    const lines = this.#items.map(({ name, cents, count }) => \`\${count} x \${name}  \${format(cents * count)}\`);
    return [...lines, \`Total  \${format(this.total)}\`].join('\\n');
  }
}
`;

const MONEY = `/** \`1234\` cents as \`$12.34\`. */
export function format(cents) {
  return \`$\${(cents / 100).toFixed(2)}\`;
}
`;

const TESTS = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cart } from '../src/cart.js';

test('an empty cart costs its shipping', () => {
  assert.equal(new Cart().total, 490);
});

test('a receipt has a line for each item', () => {
  assert.match(new Cart().add('Sencha', 800).receipt(), /^1 x Sencha {2}\\$8\\.00$/m);
});

// More to come.
`;

const FILES: Readonly<Record<string, string>> = {
  '.watch-rules.json': RULES,
  'README.md': '# Tea shop\n\nThe cart of a small shop.\n',
  'package.json': '{\n  "name": "tea-shop",\n  "private": true,\n  "type": "module"\n}\n',
  'src/cart.js': CART,
  'src/money.js': MONEY,
  'test/cart.test.js': TESTS,
};

const MADE_BY_AGENT = ['build', 'docs', 'src/discount.js'];

/** Writes the demonstration's workspace, a small shop, into a new temporary folder. */
export function createDemoPlace(): DemoPlace {
  const home = mkdtempSync(path.join(os.tmpdir(), 'agent-trace-demo-'));
  const workspace = path.join(home, 'tea-shop');
  const store = path.join(workspace, '.agent-traces');
  const runtimeDir = path.join(home, 'run');
  resetWorkspace(workspace);
  // There from the start, so that the extension is, too.
  mkdirSync(store);
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
  const env = { ...inherited, HOME: home, AGENT_TRACE_RUNTIME_DIR: runtimeDir, AGENT_TRACE_DIR: store };
  const remove = () => rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  return { home, workspace, store, runtimeDir, env, remove };
}

/** Gives the workspace's files their first content again, for an agent that is to begin anew. */
export function resetWorkspace(workspace: string): void {
  for (const name of MADE_BY_AGENT) rmSync(path.join(workspace, name), { recursive: true, force: true });
  for (const [name, content] of Object.entries(FILES)) {
    const file = path.join(workspace, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}
