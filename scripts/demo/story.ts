import type { ScriptedAgent } from './scripted-agent.ts';

const DISCOUNT = `/** Cents from which on a cart gets a discount. */
export const DISCOUNT_FROM = 4000;

/** Cents taken off a subtotal: ten percent, in the customer's favour. */
export function discount(subtotal) {
  return subtotal > DISCOUNT_FROM ? Math.ceil(subtotal / 10) : 0;
}
`;

const TESTS = `
test('ten percent off from 40 dollars on', () => {
  assert.equal(new Cart().add('Matcha', 1000, 4).total, 3600 + 490);
});

test('no discount below 40 dollars', () => {
  assert.equal(new Cart().add('Matcha', 1333, 3).total, 3999 + 490);
});
`;

/**
 * What the demonstration's agent does. It fails a test, mends it, asks for a permission, writes so many files that the
 * rule "large change" pauses it, and in the end runs the command that the rule "no rm -rf" kills it for.
 */
export async function tellStory(agent: ScriptedAgent, rounds: number): Promise<void> {
  await agent.start();
  await agent.prompt('Give a 10 % discount from 40 dollars on, show it on the receipt, and test it.');
  await buildDiscount(agent);
  await agent.finish('Carts from 40 dollars on get ten percent off, the receipt shows it, and all tests pass.');

  await agent.think(3);
  await agent.prompt('Good. Cover more amounts, then tell the customers, and make a new package.');
  for (let round = 1; round <= rounds; round += 1) await coverAmount(agent, 4 + round);
  await tellCustomers(agent);
  await makePackage(agent);
  await agent.finish('The package is made, and the customers can read about the discount.');
  await agent.end();
}

async function buildDiscount(agent: ScriptedAgent): Promise<void> {
  agent.say('I look at the cart first, and how it formats money.');
  await agent.read('src/cart.js');
  await agent.read('src/money.js', { offset: 1, limit: 4 });
  agent.say('Before I change the total, I want to know who relies on it.');
  await agent.explore('Find uses of total', 'Who uses Cart.total, and which tests cover it?', async (explorer) => {
    await explorer.grep('total', 'test');
    await explorer.read('test/cart.test.js', { offset: 6, limit: 8 });
    return 'Only the receipt and test/cart.test.js use it. No test covers an amount near 40 dollars.';
  });
  agent.say('A rule of its own is easiest to test.');
  await agent.write('src/discount.js', DISCOUNT);
  await agent.edit(
    'src/cart.js',
    "import { format } from './money.js';",
    "import { discount } from './discount.js';\nimport { format } from './money.js';",
  );
  await agent.edit(
    'src/cart.js',
    '    return this.subtotal + (this.subtotal >= 5000 ? 0 : 490);',
    [
      '    const reduced = this.subtotal - discount(this.subtotal);',
      '    return reduced + (reduced >= 5000 ? 0 : 490);',
    ].join('\n'),
  );
  await agent.edit(
    'src/cart.js',
    '    return [...lines, `Total',
    [
      '    const saved = discount(this.subtotal);',
      "    if (saved > 0) lines.push('You save ' + format(saved));",
      '    return [...lines, `Total',
    ].join('\n'),
  );
  await agent.edit('test/cart.test.js', '\n// More to come.\n', `${TESTS}\n// More to come.\n`);
  await agent.bash('node --test', 'Run the tests');
  agent.say('Exactly 40 dollars got no discount: the comparison leaves the limit itself out.');
  await agent.read('src/discount.js');
  await agent.edit('src/discount.js', 'subtotal > DISCOUNT_FROM', 'subtotal >= DISCOUNT_FROM');
  await agent.bash('node --test', 'Run the tests again');
}

async function coverAmount(agent: ScriptedAgent, count: number): Promise<void> {
  const subtotal = 800 * count;
  const reduced = subtotal - (subtotal >= 4000 ? subtotal / 10 : 0);
  const total = reduced + (reduced >= 5000 ? 0 : 490);
  const test = [
    `test('the total of ${count} pots of Sencha', () => {`,
    `  assert.equal(new Cart().add('Sencha', 800, ${count}).total, ${total});`,
    '});',
  ].join('\n');
  await agent.read('src/cart.js', { offset: 18, limit: 12 });
  await agent.edit('test/cart.test.js', '\n// More to come.\n', `\n${test}\n\n// More to come.\n`);
  await agent.bash('node --test', `Run the tests with ${count} pots`);
}

async function tellCustomers(agent: ScriptedAgent): Promise<void> {
  await agent.write('docs/discount.md', '# Discount\n\nFrom 40 dollars on you pay ten percent less.\n');
  await agent.edit('README.md', '# Tea shop\n', '# Tea shop\n\nTen percent off from 40 dollars on.\n');
  await agent.read('README.md');
}

async function makePackage(agent: ScriptedAgent): Promise<void> {
  const pack = 'mkdir -p build && tar -czf build/tea-shop.tgz src package.json';
  await agent.bash(pack, 'Make the package', { permission: 6 });
  agent.say('An old package may be left. I clear the folder once nobody reads from it.');
  await agent.bash('rm -rf ./build && sleep 60', 'Make the package from scratch');
}
