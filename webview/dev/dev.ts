/**
 * Runs before the page in a plain browser, in the editor's place. The address says what is played: `?rows=200000` things
 * that happened before, `&rate=2000` more in each second, `&running=1` the last of them still runs, `&empty=1` no session.
 */
import type { HostMessage } from '../../core/common/protocol/panel.ts';
import { FakeHost } from './fake-host.ts';

const STATE_KEY = 'page-state';
/** As hosts do, things are told in bunches. Milliseconds. */
const BUNCH_MS = 50;

const query = new URLSearchParams(location.search);
const numberOf = (name: string) => Number(query.get(name) ?? 0);
const host = new FakeHost({
  rows: query.has('rows') ? numberOf('rows') : 60,
  send: (message: HostMessage) => window.postMessage(message),
});
if (query.has('empty')) host.header = null;
const theme = query.get('theme') ?? 'dark';
const onBody = () => document.body.classList.add(theme === 'light' ? 'vscode-light' : 'vscode-dark');
document.addEventListener('DOMContentLoaded', onBody);

if (query.has('running')) {
  const last = numberOf('rows') - 1;
  host.change(last, { kind: 'tool', title: 'Bash', text: 'npm run build', status: 'running', at: Date.now() / 1000 });
  host.header = { lastEventAt: Date.now() / 1000, startedAt: Date.now() / 1000 - 724 };
}

const rate = numberOf('rate');
if (rate > 0) {
  let told = performance.now();
  let owed = 0;
  setInterval(() => {
    const now = performance.now();
    owed += ((now - told) / 1000) * rate;
    told = now;
    const more = Math.floor(owed);
    owed -= more;
    if (more > 0) host.play(more);
  }, BUNCH_MS);
}

Object.assign(globalThis, {
  fakeHost: host,
  acquireVsCodeApi: () => ({
    // Copied, as between an editor and its webview, and answered later.
    postMessage: (message: unknown) => queueMicrotask(() => host.receive(structuredClone(message))),
    getState: () => JSON.parse(sessionStorage.getItem(STATE_KEY) ?? 'null'),
    setState: (state: unknown) => sessionStorage.setItem(STATE_KEY, JSON.stringify(state)),
  }),
});
