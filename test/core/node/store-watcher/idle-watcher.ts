import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreWatcher } from '../../../../core/node/store-watcher/store-watcher.ts';

/**
 * Watches a store, following the sessions named, until it is told everything there is, and says on stdout what the
 * watching holds: `node idle-watcher.ts <store> <session>...`. Ends when its stdin does.
 */
const [store = '', ...followed] = process.argv.slice(2);

let sessions = 0;
const changed: string[] = [];
const issues: string[] = [];
const watcher = new StoreWatcher({
  store,
  onSession: () => {
    sessions += 1;
  },
  onActive: () => {},
  onChange: (id) => {
    changed.push(id);
    console.log(JSON.stringify({ change: id }));
  },
  onMeta: () => {},
  onGone: () => {},
  onStore: () => {},
  onIssue: (issue) => issues.push(issue.message),
  pollIntervalMs: 50,
});
watcher.start();
for (const id of followed) watcher.follow(id);
await new Promise((done) => setTimeout(done, 100));

console.log(
  JSON.stringify({
    sessions,
    changed,
    issues,
    inotifyWatches: inotifyWatches(),
    timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
  }),
);
process.stdin.on('end', () => watcher.close()).resume();

/** Watches in the kernel, of all inotify instances of this process. */
function inotifyWatches(): number {
  if (process.platform !== 'linux') return 0;
  const infos = readdirSync('/proc/self/fdinfo').map((fd) => {
    try {
      return readFileSync(join('/proc/self/fdinfo', fd), 'utf8');
    } catch {
      // The descriptor of the reading itself.
      return '';
    }
  });
  return infos.join('').match(/^inotify wd:/gm)?.length ?? 0;
}
