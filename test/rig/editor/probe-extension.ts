import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const MANIFEST = {
  name: 'rig-probe',
  displayName: 'Rig Probe',
  publisher: 'agent-trace-test',
  version: '0.0.1',
  description: 'Shows one of each thing that the rig reads.',
  license: 'MIT',
  repository: { type: 'git', url: 'https://example.invalid/rig-probe' },
  engines: { vscode: '^1.100.0' },
  main: './main.cjs',
  activationEvents: ['onStartupFinished'],
  capabilities: { untrustedWorkspaces: { supported: true } },
  contributes: {
    commands: [
      { command: 'rigProbe.ping', title: 'Ping', category: 'Rig Probe' },
      { command: 'rigProbe.ask', title: 'Ask', category: 'Rig Probe' },
      { command: 'rigProbe.choose', title: 'Choose', category: 'Rig Probe' },
      { command: 'rigProbe.leave', title: 'Leave Process', category: 'Rig Probe' },
      { command: 'rigProbe.never', title: 'Never', category: 'Rig Probe' },
    ],
    menus: { commandPalette: [{ command: 'rigProbe.never', when: 'false' }] },
    configuration: { properties: { 'rigProbe.word': { type: 'string', default: 'none' } } },
    views: {
      explorer: [
        { id: 'rigProbe.page', name: 'Probe Page', type: 'webview' },
        { id: 'rigProbe.tree', name: 'Probe Tree' },
      ],
    },
  },
};

const MARK = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><circle cx="8" cy="8" r="4" fill="#3b82f6"/></svg>`;

const MAIN = `
const vscode = require('vscode');

exports.activate = (context) => {
  const status = vscode.window.createStatusBarItem('rigProbe.status', vscode.StatusBarAlignment.Left, 1000);
  let pings = 0;
  let view;
  const show = () => {
    const word = vscode.workspace.getConfiguration('rigProbe').get('word');
    status.text = '$(pulse) Probe ' + pings + ' ' + word + (vscode.workspace.isTrusted ? '' : ' restricted');
    view?.webview.postMessage({ pings });
  };
  status.name = 'Rig Probe';
  status.tooltip = new vscode.MarkdownString('Probe **tooltip**');
  status.command = 'rigProbe.ping';
  status.show();
  show();

  const glyph = vscode.window.createTextEditorDecorationType({
    gutterIconPath: vscode.Uri.joinPath(context.extensionUri, 'mark.svg'),
    overviewRulerColor: '#3b82f6',
    overviewRulerLane: vscode.OverviewRulerLane.Left,
  });
  const whole = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: 'rgba(245, 158, 11, 0.25)',
    after: { contentText: 'probe label', color: 'rgb(1, 2, 3)' },
  });
  const decorate = (editor) => {
    if (editor?.document.uri.scheme !== 'file') return;
    const hoverMessage = new vscode.MarkdownString('Probe **hover** [event](https://example.invalid/event)');
    editor.setDecorations(glyph, [{ range: new vscode.Range(1, 0, 3, 0), hoverMessage }]);
    editor.setDecorations(whole, [new vscode.Range(0, 0, 0, 0)]);
  };
  vscode.window.visibleTextEditors.forEach(decorate);

  context.subscriptions.push(
    status, glyph, whole,
    vscode.workspace.onDidGrantWorkspaceTrust(show),
    vscode.workspace.onDidChangeConfiguration(show),
    vscode.window.onDidChangeActiveTextEditor(decorate),
    vscode.window.registerFileDecorationProvider({
      provideFileDecoration: (uri) => uri.path.endsWith('sample.ts')
        ? { badge: 'P', tooltip: 'Probed twice', color: new vscode.ThemeColor('charts.blue'), propagate: true } : undefined,
    }),
    vscode.window.registerTreeDataProvider('rigProbe.tree', {
      getTreeItem: (element) => element,
      getChildren: (element) => {
        if (element) return [Object.assign(new vscode.TreeItem('leaf'), { description: '$1.00' })];
        return [new vscode.TreeItem('branch', vscode.TreeItemCollapsibleState.Expanded), new vscode.TreeItem('single')];
      },
    }),
    vscode.window.registerWebviewViewProvider('rigProbe.page', {
      resolveWebviewView(resolved) {
        view = resolved;
        view.webview.options = { enableScripts: true };
        view.webview.onDidReceiveMessage(() => vscode.commands.executeCommand('rigProbe.ping'));
        view.webview.html = \`<p id="pings"></p><button id="ping">ping</button><script>
          const host = acquireVsCodeApi();
          document.getElementById('ping').onclick = () => host.postMessage({});
          onmessage = ({ data }) => { document.getElementById('pings').textContent = 'pings ' + data.pings; };
        </script>\`;
        show();
      },
    }),
    vscode.window.registerUriHandler({
      handleUri: (uri) => vscode.window.showInformationMessage('Probe link ' + uri.path + ' ' + uri.query),
    }),
    vscode.commands.registerCommand('rigProbe.ask', async () => {
      const said = await vscode.window.showWarningMessage('Really?', { modal: true, detail: 'It is only a probe.' }, 'Do it');
      await vscode.env.clipboard.writeText('said ' + said);
    }),
    vscode.commands.registerCommand('rigProbe.leave', () => {
      require('node:child_process').spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).unref();
    }),
    vscode.commands.registerCommand('rigProbe.choose', async () => {
      const chosen = await vscode.window.showQuickPick([{ label: 'one', description: 'first' }, { label: 'two' }]);
      await vscode.env.clipboard.writeText('chose ' + chosen?.label);
    }),
    vscode.commands.registerCommand('rigProbe.ping', async () => {
      pings++;
      show();
      const chosen = await vscode.window.showWarningMessage('Probe says ' + pings, 'Again', 'Enough');
      if (chosen === 'Again') await vscode.commands.executeCommand('rigProbe.ping');
    }),
  );
};
`;

const SUITE = `
exports.run = async () => {
  const vscode = require('vscode');
  const extension = vscode.extensions.getExtension('agent-trace-test.rig-probe');
  if (!extension) throw new Error('the extension is not there');
  await extension.activate();
  const commands = await vscode.commands.getCommands(true);
  if (!commands.includes('rigProbe.ping')) throw new Error('the command is not there');
  console.log('the suite saw the command');
};
`;

const FAILING_SUITE = `exports.run = async () => { throw new Error('one test failed'); };\n`;

export interface ProbeExtension {
  /** The unpacked extension. */
  readonly folder: string;
  readonly vsix: string;
  /** A passing suite of in-host tests, and a failing one. */
  readonly suite: string;
  readonly failingSuite: string;
}

/** Writes and packs a small extension that shows one of each thing that the rig reads. */
export async function packProbeExtension(parent: string): Promise<ProbeExtension> {
  const folder = join(parent, 'probe');
  const vsix = join(parent, 'probe.vsix');
  const suite = join(parent, 'suite.cjs');
  const failingSuite = join(parent, 'failing-suite.cjs');
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify(MANIFEST));
  await writeFile(join(folder, 'LICENSE'), 'MIT\n');
  await writeFile(join(folder, 'README.md'), '# Rig probe\n');
  await writeFile(join(folder, 'mark.svg'), MARK);
  await writeFile(join(folder, 'main.cjs'), MAIN);
  await writeFile(suite, SUITE);
  await writeFile(failingSuite, FAILING_SUITE);
  const vsce = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.bin', 'vsce');
  await run(vsce, ['package', '--no-dependencies', '--out', vsix], { cwd: folder });
  return { folder, vsix, suite, failingSuite };
}
