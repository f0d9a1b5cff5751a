import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { SessionPhase } from '../../core/common/session/session-summary.ts';
import { shortSessionId } from '../../core/common/view/short-session-id.ts';
import { Refresher } from '../../core/node/refresher.ts';
import { postmortemFiles } from '../../core/node/store/postmortem-file.ts';
import type { TraceModel } from '../model/trace-model.ts';
import type { Watchers } from '../watcher/watchers.ts';
import { localTime } from './local-time.ts';
import type { PastSessions } from './past-sessions.ts';
import {
  isLive,
  liveLeaf,
  nodeAccessibleText,
  nodeDescription,
  nodeLabel,
  pastLeaf,
  type SessionNode,
  sessionTrees,
} from './session-node.ts';

const ICONS: Readonly<Record<SessionPhase, readonly [icon: string, color: string | undefined]>> = {
  active: ['pulse', 'charts.green'],
  waiting: ['bell-dot', 'charts.yellow'],
  paused: ['debug-pause', 'charts.yellow'],
  completed: ['pass', undefined],
  interrupted: ['error', 'charts.red'],
};
const UNREAD_ICON = new vscode.ThemeIcon('history');

export interface SessionsTreeOptions {
  readonly model: TraceModel;
  readonly past: PastSessions;
  readonly watchers: Watchers;
}

/** How the editor knows a session for as long as it is there; menus hand it on to their commands. */
export interface SessionElement {
  readonly id: string;
  /** Tells sessions of one id in several stores apart. */
  readonly key: string;
}

/** The view of all sessions: what lives, what is over, subagents below their parents. */
export class SessionsTree implements vscode.TreeDataProvider<SessionElement>, vscode.Disposable {
  private readonly options: SessionsTreeOptions;
  private readonly view: vscode.TreeView<SessionElement>;
  private readonly changeEmitter = new vscode.EventEmitter<SessionElement | undefined>();
  private readonly refresher = new Refresher(() => this.refresh());
  private readonly disposables: readonly vscode.Disposable[];
  private roots: readonly SessionNode[] = [];
  private nodes: ReadonlyMap<string, SessionNode> = new Map();
  private elements: ReadonlyMap<string, SessionElement> = new Map();

  readonly onDidChangeTreeData = this.changeEmitter.event;

  constructor(options: SessionsTreeOptions) {
    const { model, past, watchers } = options;
    this.options = options;
    this.view = vscode.window.createTreeView('agentTrace.sessions', { treeDataProvider: this, showCollapseAll: true });
    const refresh = () => {
      if (this.view.visible) this.refresher.request();
    };
    const look = () => {
      if (this.view.visible) past.look(() => true);
      refresh();
    };
    this.disposables = [
      this.view,
      this.changeEmitter,
      this.refresher,
      this.view.onDidChangeVisibility(look),
      model.onDidChangeSession(refresh),
      model.onDidChangeSessions(look),
      past.onDidChange(refresh),
      model.onDidChangeRules(refresh),
      watchers.onDidChange(refresh),
    ];
    look();
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  getChildren(element?: SessionElement): SessionElement[] {
    // What is asked for first is asked for before anything has changed.
    if (!element) this.rebuild();
    const nodes = element ? this.nodes.get(element.key)?.children : this.roots;
    return nodes?.flatMap((node) => this.elements.get(keyOf(node)) ?? []) ?? [];
  }

  getTreeItem(element: SessionElement): vscode.TreeItem {
    const node = this.nodes.get(element.key);
    if (!node) return new vscode.TreeItem(shortSessionId(element.id));
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const state = node.children.length === 0 ? None : isLive(node) ? Expanded : Collapsed;
    const item = new vscode.TreeItem(nodeLabel(node), state);
    const folders = this.options.model.stores.length > 1 ? this.folderOf(node) : undefined;
    const label = nodeAccessibleText(node, localTime);
    item.id = element.key;
    item.description = [nodeDescription(node, localTime), folders].filter(Boolean).join(', ');
    item.tooltip = label;
    item.accessibilityInformation = { label };
    item.iconPath = iconOf(node);
    item.contextValue = contextOf(node);
    item.command = {
      title: 'Open Event Stream',
      command: 'agentTrace.openEventStream',
      arguments: [{ sessionId: node.id }],
    };
    return item;
  }

  private folderOf({ store }: SessionNode): string | undefined {
    return this.options.model.stores.find(({ path }) => path === store)?.folder.name;
  }

  private refresh(): void {
    const before = this.nodes;
    this.rebuild();
    if (shapeOf(before) !== shapeOf(this.nodes)) {
      this.changeEmitter.fire(undefined);
      return;
    }
    for (const [key, node] of this.nodes)
      if (factsOf(before.get(key)) !== factsOf(node)) this.changeEmitter.fire(this.elements.get(key));
  }

  private rebuild(): void {
    const { model, past, watchers } = this.options;
    this.roots = model.stores.flatMap((store) =>
      sessionTrees([
        ...store.sessions.map((session) => liveLeaf(store.path, session, watchers.guardOf(session))),
        ...past.of(store).map((session) => pastLeaf(store.path, session)),
      ]),
    );
    this.nodes = new Map(flatten(this.roots).map((node) => [keyOf(node), node]));
    const known = this.elements;
    this.elements = new Map([...this.nodes].map(([key, { id }]) => [key, known.get(key) ?? { id, key }]));
  }
}

function keyOf({ store, id }: SessionNode): string {
  return `${store}/${id}`;
}

function flatten(nodes: readonly SessionNode[]): readonly SessionNode[] {
  return nodes.flatMap((node) => [node, ...flatten(node.children)]);
}

/** Which nodes there are, in what order, below which: when this changes the whole tree is asked for again. */
function shapeOf(nodes: ReadonlyMap<string, SessionNode>): string {
  return JSON.stringify([...nodes].map(([key, { children }]) => [key, children.length]));
}

function factsOf(node: SessionNode | undefined): string {
  return JSON.stringify(node && { ...node, children: [] });
}

function iconOf({ phase }: SessionNode): vscode.ThemeIcon {
  if (phase === undefined) return UNREAD_ICON;
  const [icon, color] = ICONS[phase];
  return new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
}

/** `session.live.paused`, `session.over.postmortem`: what menus are offered by. */
function contextOf(node: SessionNode): string {
  if (isLive(node)) return `session.live.${node.phase}`;
  return existsSync(postmortemFiles(node.store, node.id).markdown) ? 'session.over.postmortem' : 'session.over';
}
