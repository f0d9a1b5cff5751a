/**
 * The extension's model and status model in a process of their own: `status-process.ts STORE RUNTIME`. Prints the number
 * of calls that the status model tells and the machine's running clock, whenever the status bar would change.
 */
import { statusModel } from '../../core/common/view/status-model.ts';
import { Refresher } from '../../core/node/refresher.ts';
import { modelAlone } from '../bench/model-alone.ts';
import { nowUs } from '../bench/running-clock.ts';

const [store = '', runtimeDir = ''] = process.argv.slice(2);
let isChanging = false;
const refresher = new Refresher(() => {
  const [session] = model.sessions;
  if (!session) return;
  const { state, summary } = session;
  const others = { live: 0, waiting: 0 };
  const { parts } = statusModel({ state, phase: summary.state, stop: undefined, pending: null, others });
  process.stdout.write(`${parts.find((part) => / calls?$/.test(part))} ${nowUs()}\n`);
});
const model = modelAlone(store, runtimeDir, {
  // As the extension gathers the changes of one turn.
  onChange: () => {
    if (isChanging) return;
    isChanging = true;
    setImmediate(() => {
      isChanging = false;
      refresher.request();
    });
  },
});
model.start();
