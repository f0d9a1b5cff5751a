import { Environment } from '@marcbachmann/cel-js';
import { FUNCTIONS } from './functions.ts';
import { VARIABLES } from './variables.ts';

const LIMITS = { maxAstNodes: 1000, maxDepth: 50, maxListElements: 1000, maxMapEntries: 0, maxCallArguments: 8 };

/** Never called: conditions are compiled by `compileExpression`; here they are parsed and their types checked. */
const notCalled = (): never => {
  throw new Error('conditions are not evaluated here');
};

let shared: Environment | undefined;

/**
 * The typed environment that conditions are checked in, made with the first of them. One for the process: the package
 * keeps functions beyond an environment, and refuses to have them declared again in another.
 */
export function ruleEnvironment(): Environment {
  shared ??= makeEnvironment();
  return shared;
}

function makeEnvironment(): Environment {
  const environment = new Environment({ unlistedVariablesAreDyn: false, limits: LIMITS });
  for (const [name, { type, meaning }] of Object.entries(VARIABLES)) {
    environment.registerVariable(name, type, { description: meaning });
  }
  const known = new Set(environment.getDefinitions().functions.map(({ signature }) => signature));
  for (const { signatures } of Object.values(FUNCTIONS)) {
    for (const signature of signatures) if (!known.has(signature)) environment.registerFunction(signature, notCalled);
  }
  // CEL keeps whole numbers and others apart, which nobody who writes `cost_usd * 2` expects.
  for (const operator of ['+', '-', '*', '/', '%']) {
    environment.registerOperator(`double ${operator} int: double`, notCalled);
    environment.registerOperator(`int ${operator} double: double`, notCalled);
  }
  environment.registerOperator('double == int: bool', notCalled);
  environment.registerOperator('double in list<int>: bool', notCalled);
  return environment;
}
