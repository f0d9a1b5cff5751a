// Entry of `npm start`, `npm test` and the other scripts on a fresh clone. Plain JavaScript on purpose: it runs on whatever
// Node the machine has, installs what is missing, then runs the named TypeScript script on the project's own Node 24.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modules = path.join(root, 'node_modules');
const ownNode = path.join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

function fail(message) {
  console.error(`agent-trace: ${message}`);
  process.exit(1);
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19))
  fail(`Node ${process.versions.node} is too old: use Node 20.19 or later.`);

// npm writes its own list of what is installed; older than the lock file, it is of another state of the project.
const listed = statSync(path.join(modules, '.package-lock.json'), { throwIfNoEntry: false });
const lock = statSync(path.join(root, 'package-lock.json'));
const installed = existsSync(ownNode) && listed !== undefined && listed.mtimeMs >= lock.mtimeMs;
if (!installed) {
  console.error('agent-trace: installing dependencies (npm ci) ...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) fail('npm ci failed; its own message stands above.');
  if (!existsSync(ownNode)) {
    // A package manager that does not run install scripts leaves the project's own Node out.
    const own = spawnSync(process.execPath, ['installArchSpecificPackage'], {
      cwd: path.join(modules, 'node'),
      stdio: 'inherit',
      env: { ...process.env, npm_config_global: '' },
    });
    if (own.status !== 0 || !existsSync(ownNode)) fail('the npm package "node" did not bring its Node; see above.');
  }
}

const [script, ...args] = process.argv.slice(2);
if (!script) fail('usage: node scripts/bootstrap.mjs SCRIPT [ARGUMENTS]');
const bin = path.join(modules, '.bin');
const result = spawnSync(ownNode, [path.join(root, 'scripts', `${script}.ts`), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` },
});
if (result.error) fail(`cannot run scripts/${script}.ts: ${result.error.message}`);
process.exit(result.status ?? 1);
