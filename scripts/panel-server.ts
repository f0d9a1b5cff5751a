/**
 * Serves the page of the event panel on 127.0.0.1 to a plain browser, with the fake host of `webview/dev` in the editor's
 * place: `node scripts/panel-server.ts` builds it and prints the address. What `?` may say stands in `webview/dev/dev.ts`.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { build as bundle } from 'esbuild';
import { panelHtml } from '../core/common/view/panel-html.ts';
import { PAGE } from './build.ts';
import { root } from './steps.ts';

const THEMES = path.join(root, 'webview/dev/themes');
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
};

export interface PanelServer {
  /** Ends with `/`. */
  readonly url: string;
  /** Bytes of the script and the style sheet together. */
  readonly pageBytes: number;
  close(): Promise<void>;
}

/** Bundles page and fake host into a folder of their own and serves them. */
export async function startPanelServer(): Promise<PanelServer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'at-panel-'));
  await bundle({ ...PAGE, outdir: folder });
  await bundle({ ...PAGE, entryPoints: [{ in: 'webview/dev/dev.ts', out: 'dev' }], outdir: folder });

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const end = (status: number, type: string, body: string | Buffer) =>
      response.writeHead(status, { 'content-type': type }).end(body);
    if (pathname === '/') return end(200, 'text/html; charset=utf-8', devHtml(searchParams.get('theme') ?? 'dark'));
    const name = path.basename(pathname);
    const file = path.join(pathname.startsWith('/themes/') ? THEMES : folder, name);
    const body = await readFile(file).catch(() => undefined);
    return body ? end(200, TYPES[path.extname(name)] ?? 'text/plain', body) : end(404, 'text/plain', '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sizes = await Promise.all(['panel.js', 'panel.css'].map((name) => readFile(path.join(folder, name))));
  return {
    url: `http://127.0.0.1:${port}/`,
    pageBytes: sizes.reduce((sum, { length }) => sum + length, 0),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The document of the product with the theme, which an editor would set itself, and the fake host before the page. */
function devHtml(theme: string): string {
  const nonce = randomBytes(16).toString('base64url');
  const html = panelHtml({
    scriptUri: '/panel.js',
    styleUri: '/panel.css',
    fontSource: "'self'",
    cspSource: "'self'",
    nonce,
  });
  const themeLink = `<link rel="stylesheet" href="/themes/${path.basename(theme)}.css">`;
  const hostScript = `<script nonce="${nonce}" src="/dev.js"></script>`;
  return html.replace('<link rel="stylesheet"', `${themeLink}\n    $&`).replace('<script ', `${hostScript}\n    $&`);
}

if (import.meta.main) {
  const { url } = await startPanelServer();
  console.log(`${url}?rows=200000&rate=5&theme=dark (or light, high-contrast); end with Ctrl+C`);
}
