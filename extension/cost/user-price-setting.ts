import { homedir } from 'node:os';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { PRICES_VARIABLE } from '../../core/common/cost/handed-prices.ts';
import { decodeUserPrices, OwnPrices, type UserPrices } from '../../core/common/cost/user-prices.ts';
import { errorText } from '../../core/common/error-text.ts';
import { configuredPrices } from '../../core/node/cost/configured-prices.ts';
import { Refresher } from '../../core/node/refresher.ts';
import { type UserConfigLocation, userConfigLocation } from '../../core/node/rules/user-config-location.ts';
import type { FolderWatch } from '../../core/node/store-watcher/folder-watch.ts';
import { watchWhenThere } from '../../core/node/store-watcher/watch-when-there.ts';

const SETTING = 'agentTrace.prices';

/** The user's own prices: of the setting `agentTrace.prices`, and of their configuration; read again when either changes. */
export class UserPriceSetting implements vscode.Disposable {
  private readonly onIssue: (message: string) => void;
  private readonly location: UserConfigLocation = userConfigLocation(process.env, homedir());
  private readonly own = new OwnPrices();
  private readonly changeEmitter = new vscode.EventEmitter<void>();
  private readonly refresher = new Refresher(() => this.readConfiguration());
  private readonly disposables: readonly vscode.Disposable[];
  private watch: FolderWatch | undefined;
  private inSetting: UserPrices = {};
  private lastIssue: string | undefined;
  /** One reading at a time, so that what was read last holds. */
  private reading = Promise.resolve();

  /** Something has another price now. */
  readonly onDidChange = this.changeEmitter.event;

  constructor(onIssue: (message: string) => void) {
    this.onIssue = onIssue;
    this.readSetting();
    this.disposables = [
      this.changeEmitter,
      this.refresher,
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(SETTING)) this.readSetting();
      }),
    ];
  }

  /** Reads the configuration, and again when it changes. */
  start(): void {
    const { file } = this.location;
    this.watch = watchWhenThere({
      folder: dirname(file),
      names: [basename(file)],
      onEvent: () => this.refresher.request(),
      onIssue: this.onIssue,
    });
    this.readConfiguration();
  }

  dispose(): void {
    this.watch?.close();
    for (const disposable of this.disposables) disposable.dispose();
  }

  get prices(): UserPrices {
    return this.own.all;
  }

  /** Those of the setting alone, for programs that read the configuration themselves. */
  get setting(): UserPrices {
    return this.inSetting;
  }

  /** For programs that the extension starts, so that they see the same prices. */
  get environment(): Readonly<Record<string, string>> {
    const isEmpty = Object.keys(this.inSetting).length === 0;
    return isEmpty ? {} : { [PRICES_VARIABLE]: JSON.stringify(this.inSetting) };
  }

  private readSetting(): void {
    const { prices, wrong } = decodeUserPrices(vscode.workspace.getConfiguration().get(SETTING));
    for (const model of wrong) this.onIssue(`${SETTING}: ${model} has no usable price; it needs input and output`);
    this.inSetting = prices;
    if (this.own.set({ setting: prices })) this.changeEmitter.fire();
  }

  private readConfiguration(): void {
    this.reading = this.reading.then(() => this.takeConfigured());
  }

  /** Those before stay while the configuration has a mistake. */
  private async takeConfigured(): Promise<void> {
    try {
      const configured = await configuredPrices(this.location);
      this.lastIssue = undefined;
      if (this.own.set({ configured })) this.changeEmitter.fire();
    } catch (error) {
      const issue = `the prices of your configuration are not taken: ${errorText(error)}`;
      if (issue !== this.lastIssue) this.onIssue(issue);
      this.lastIssue = issue;
    }
  }
}
