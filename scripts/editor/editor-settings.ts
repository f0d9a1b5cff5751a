import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** As in the editor's `settings.json`. */
export type Settings = Readonly<Record<string, unknown>>;

/**
 * For tests: nothing opens, asks, saves or fetches by itself, no editor covers another, and no extension host looks through
 * the machine's processes for ports to forward. Each of the two versions knows most of these settings and ignores the rest.
 */
const QUIET: Settings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'git.openRepositoryInParentFolders': 'never',
  'remote.autoForwardPorts': false,
  'remote.autoForwardPortsSource': 'output',
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'workbench.editor.useModal': 'off',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/**
 * Settings of an editor under test. At the start they are the user's; a running editor reads that file no more, but it
 * watches the machine's settings, which win over the user's. Settings of application scope cannot be changed there.
 */
export class EditorSettings {
  private readonly machineFile: string;
  private changed: Settings = {};

  private constructor(machineFile: string) {
    this.machineFile = machineFile;
  }

  static async create(userDataDir: string, settings: Settings): Promise<EditorSettings> {
    await writeJson(join(userDataDir, 'User', 'settings.json'), { ...QUIET, ...settings });
    return new EditorSettings(join(userDataDir, 'Machine', 'settings.json'));
  }

  /** Changes some settings while the editor runs; undefined gives one its first value back. */
  async change(settings: Settings): Promise<void> {
    this.changed = { ...this.changed, ...settings };
    await writeJson(this.machineFile, this.changed);
  }
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}
