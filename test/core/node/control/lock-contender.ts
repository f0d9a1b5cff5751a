import { errorText } from '../../../../core/common/error-text.ts';
import { acquireStoreLock } from '../../../../core/node/control/store-lock.ts';
import { systemProcessTable } from '../../../../core/node/process/system-process-table.ts';

/** A program: at every line on stdin it tries to take the lock and reports `won` or the refusal as one line of JSON. */
const [runtimeDir = '', store = ''] = process.argv.slice(2);

process.stdin.on('data', () => {
  try {
    acquireStoreLock({ runtimeDir, store, table: systemProcessTable(), now: () => Date.now() / 1000 });
    report({ won: true, message: '' });
  } catch (error) {
    report({ won: false, message: errorText(error) });
  }
});
report({ won: false, message: 'ready' });

function report(result: { won: boolean; message: string }): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
