/**
 * Runs inside the extension host: counts the timers of our extension alone, told from others by the stack they are set
 * in. The workspace's store is put in place after counting has begun.
 */
const { renameSync } = require('node:fs');
const { join } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const vscode = require('vscode');

const OURS = 'agent-trace.agent-trace';
/** Longer than any interval at which something could look again, some of which is 5 seconds. */
const QUIET_MS = 12_000;
const DEADLINE_MS = 90_000;

/** Timers that wait, and the time at which one was last set or fired. */
const armed = new Map();
let seen = 0;
let lastAt = Date.now();

function ownStack() {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  const { stack = '' } = new Error('a timer was set');
  Error.stackTraceLimit = limit;
  return stack.includes(OURS) ? stack : undefined;
}

function arm(handle, stack) {
  armed.set(handle, stack);
  seen += 1;
  lastAt = Date.now();
}

function watchTimers() {
  const { setTimeout: after, setInterval: every, clearTimeout: stop, clearInterval: stopEvery } = globalThis;
  globalThis.setTimeout = Object.assign((callback, ms, ...args) => {
    const stack = ownStack();
    if (!stack) return after(callback, ms, ...args);
    const handle = after(() => {
      armed.delete(handle);
      lastAt = Date.now();
      callback(...args);
    }, ms);
    arm(handle, stack);
    return handle;
  }, after);
  globalThis.setInterval = Object.assign((callback, ms, ...args) => {
    const stack = ownStack();
    const handle = every(callback, ms, ...args);
    if (stack) arm(handle, stack);
    return handle;
  }, every);
  globalThis.clearTimeout = (handle) => {
    armed.delete(handle);
    stop(handle);
  };
  globalThis.clearInterval = (handle) => {
    armed.delete(handle);
    stopEvery(handle);
  };
  require('node:timers/promises').setTimeout = (ms, ...args) => {
    const stack = ownStack();
    const slept = sleep(ms, ...args);
    if (stack) {
      arm(slept, stack);
      const end = () => armed.delete(slept);
      slept.then(end, end);
    }
    return slept;
  };
}

exports.run = async () => {
  watchTimers();
  const folder = vscode.workspace.workspaceFolders[0].uri.fsPath;
  renameSync(join(folder, 'prepared'), join(folder, '.agent-traces'));
  await vscode.extensions.getExtension(OURS).activate();
  for (const view of ['events', 'sessions']) await vscode.commands.executeCommand(`agentTrace.${view}.focus`);
  const end = Date.now() + DEADLINE_MS;
  while (armed.size > 0 || Date.now() - lastAt < QUIET_MS || seen === 0) {
    if (Date.now() > end) {
      const stacks = [...new Set(armed.values())].join('\n');
      throw new Error(`${seen} timers were set, and it does not get quiet; these wait:\n${stacks}`);
    }
    await sleep(100);
  }
  console.log(`quiet after ${seen} timers`);
};
