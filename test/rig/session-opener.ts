/** Opens sessions `s0`, `s1`, ... of a store from a given moment on. Arguments: store, Unix milliseconds, count. */
import { openSession, openStore } from '../../core/node/store/open-store.ts';

const [path = '', start = '0', count = '0'] = process.argv.slice(2);
while (Date.now() < Number(start));
const store = openStore({ path, chosen: true });
for (let index = 0; index < Number(count); index++) openSession(store, `s${index}`);
