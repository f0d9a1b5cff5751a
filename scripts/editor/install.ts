import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, constants, mkdir, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { cachedInstall, isCached } from './cached-install.ts';

const run = promisify(execFile);

/** The oldest editor that the extension supports, and a recent one. */
export const EDITOR_OLDER = '1.100.3';
export const EDITOR_NEWER = '1.139.1';
/** Versions of VS Code. */
export const EDITOR_VERSIONS = [EDITOR_OLDER, EDITOR_NEWER] as const;
export type EditorVersion = (typeof EDITOR_VERSIONS)[number];

/** What an installation needs from the system: Debian's package names, which are the programs' names, too. */
export const EDITOR_BUILD_TOOLS = ['python3', 'make', 'g++'] as const;

export interface EditorInstallation {
  readonly version: EditorVersion;
  /** Path of the Node that this editor is made for. */
  readonly node: string;
  /** Path of the script that is both the editor's server and the command that installs extensions. */
  readonly serverMain: string;
}

/** `code-server` is the npm package that carries VS Code's server; each of its versions has one Node. */
const RECIPES: Record<EditorVersion, { codeServer: string; node: string; modules: readonly string[] }> = {
  '1.100.3': { codeServer: '4.100.3', node: '20', modules: ['@vscode/spdlog', 'native-watchdog', 'node-pty'] },
  '1.139.1': { codeServer: '4.139.1', node: '24', modules: ['@vscode/spdlog', '@vscode/native-watchdog', 'node-pty'] },
};

const STEP_DEADLINE_MS = 10 * 60_000;

/** A VS Code with its own Node, both from npm (0.5 GB for the older, 0.9 GB for the newer); installed on first use. */
export async function installEditor(version: EditorVersion): Promise<EditorInstallation> {
  const folder = await cachedInstall({ name: cacheName(version), build: (empty) => build(version, empty) });
  return { version, node: nodeIn(folder), serverMain: join(vscodeIn(folder), 'out', 'server-main.js') };
}

export function isEditorInstalled(version: EditorVersion): boolean {
  return isCached(cacheName(version));
}

function cacheName(version: EditorVersion): string {
  return `editor-${version}`;
}

async function build(version: EditorVersion, folder: string): Promise<void> {
  if (process.platform !== 'linux')
    throw new Error(`the editor's test installation knows Linux only, not ${process.platform}`);
  await requireTools();
  const recipe = RECIPES[version];
  const vscode = vscodeIn(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await npmInstall(folder, [
    `code-server@${recipe.codeServer}`,
    `${nodePackage()}@${recipe.node}`,
    'node-gyp@11.5.0',
    `@vscode/ripgrep-linux-${process.arch}@1.18.0`,
  ]);
  // The install scripts would download a ripgrep and compile modules that only other features of the editor use. What
  // the server itself needs is built here, against the headers that come with its Node.
  await npmInstall(vscode, ['--omit=dev']);
  await npmInstall(join(vscode, 'extensions'), ['--omit=dev']);
  for (const module of recipe.modules) await buildNative(folder, join(vscode, 'node_modules', module));
  await linkRipgrep(folder);
  await symlink('node_modules', join(vscode, 'node_modules.asar'));

  const { stdout } = await run(nodeIn(folder), [join(vscode, 'out', 'server-main.js'), '--version'], {
    env: { PATH: process.env['PATH'], HOME: folder },
    timeout: 60_000,
  });
  const said = stdout.split('\n')[0];
  if (said !== version) throw new Error(`${folder} says it is VS Code "${said}", not ${version}`);
}

async function npmInstall(folder: string, args: readonly string[]): Promise<void> {
  // The packages declare one version of Node each, which is the installed one and not the one that runs npm.
  const flags = ['--ignore-scripts', '--no-engine-strict', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', ['install', '--prefix', folder, ...flags, ...args], { cwd: folder, timeout: STEP_DEADLINE_MS });
}

async function buildNative(folder: string, module: string): Promise<void> {
  const gyp = join(folder, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const headers = join(folder, 'node_modules', nodePackage());
  try {
    await run(nodeIn(folder), [gyp, 'rebuild', `--nodedir=${headers}`, `--jobs=${availableParallelism()}`], {
      cwd: module,
      timeout: STEP_DEADLINE_MS,
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    const said = String((error as { stderr?: unknown }).stderr ?? error);
    throw new Error(`cannot build ${module}: ${said.slice(-4000)}`);
  }
}

/** The older editor looks for ripgrep where a download would have put it; the newer one brings its own. */
async function linkRipgrep(folder: string): Promise<void> {
  const ripgrep = join(vscodeIn(folder), 'node_modules', '@vscode', 'ripgrep');
  if (!existsSync(ripgrep)) return;
  const bin = join(ripgrep, 'bin');
  const program = join(folder, 'node_modules', '@vscode', `ripgrep-linux-${process.arch}`, 'bin', 'rg');
  await access(program, constants.X_OK);
  await mkdir(bin);
  await symlink(relative(bin, program), join(bin, 'rg'));
}

async function requireTools(): Promise<void> {
  const missing: string[] = [];
  for (const tool of EDITOR_BUILD_TOOLS) await run(tool, ['--version']).catch(() => missing.push(tool));
  if (missing.length > 0)
    throw new Error(
      `building the editor's native modules needs ${missing.join(', ')}: please install (Debian: apt-get install ${missing.join(' ')})`,
    );
}

function nodePackage(): string {
  return `node-linux-${process.arch}`;
}

function nodeIn(folder: string): string {
  return join(folder, 'node_modules', nodePackage(), 'bin', 'node');
}

function vscodeIn(folder: string): string {
  return join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}
