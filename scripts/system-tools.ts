import { execFileSync } from 'node:child_process';
import { errorText } from '../core/common/error-text.ts';
import { command } from './steps.ts';

/** Sees that programs of the system are there: installs Debian's packages as root, elsewhere says what is missing. */
export async function installSystemTools(programs: readonly string[]): Promise<void> {
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length === 0) return;
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !isInstalled('apt-get')) {
    throw new Error(`please install ${missing.join(', ')} with your system's package manager, then run this again`);
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await command('apt-get', ['update', '-qq'], env);
  await command('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], env);
}

/** Installs what is missing of programs that can be done without, where that needs no question. */
export async function offerSystemTools(programs: readonly string[]): Promise<void> {
  try {
    await installSystemTools(programs);
  } catch (error) {
    console.log(`without ${programs.join(', ')}: ${errorText(error)}`);
  }
}

function isInstalled(program: string): boolean {
  const finder = process.platform === 'win32' ? 'where' : 'which';
  try {
    execFileSync(finder, [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
