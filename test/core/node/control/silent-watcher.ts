import { ControlServer } from '../../../../core/node/control/server.ts';
import { acquireStoreLock } from '../../../../core/node/control/store-lock.ts';
import { systemProcessTable } from '../../../../core/node/process/system-process-table.ts';

/** A program: a watcher that says `ready`, then `pausing` when it is asked to pause, and never answers that. */
const [runtimeDir = '', store = ''] = process.argv.slice(2);
const lock = acquireStoreLock({ runtimeDir, store, table: systemProcessTable(), now: () => Date.now() / 1000 });

const never = () => new Promise<never>(() => {});
await ControlServer.listen({
  runtimeDir,
  lock,
  handlers: {
    list: () => ({ sessions: [] }),
    resume: never,
    kill: never,
    acceptRules: () => ({ accepted: false }),
    asks: () => ({ asks: [] }),
    answer: never,
    judge: never,
    release: never,
    pause: () => {
      process.stdout.write('pausing\n');
      return never();
    },
  },
});
process.stdout.write('ready\n');
