import { asRecord, asString, type JsonRecord } from '../json.ts';
import type { Operation } from './tool-call.ts';

/**
 * What a tool does, told by its name and arguments. Tool names of the known agents, in lower case and without
 * punctuation; an MCP tool (`mcp__server__tool`) is told by its last part.
 */
const NAMES = {
  read: ['read', 'readfile', 'view', 'notebookread', 'readtextfile', 'openfile', 'readmediafile'],
  write: [
    'write',
    'writefile',
    'edit',
    'editfile',
    'multiedit',
    'notebookedit',
    'create',
    'createfile',
    'replace',
    'strreplace',
    'strreplaceeditor',
    'delete',
    'deletefile',
    'applypatch',
  ],
  command: ['bash', 'shell', 'runshellcommand', 'execcommand', 'localshell', 'powershell', 'runcommand'],
  subagent: ['task', 'agent', 'subagent', 'spawnagent'],
} as const;
const KINDS = new Map(
  (Object.keys(NAMES) as (keyof typeof NAMES)[]).flatMap((kind) => NAMES[kind].map((name) => [name as string, kind])),
);

export function operationOf(toolName: string, args: unknown): Operation {
  const values = asRecord(args) ?? {};
  const kind = KINDS.get(plainName(toolName));
  if (kind === 'command') return { kind, command: commandOf(values) };
  if (kind === 'subagent') return { kind, description: asString(values.description) ?? '' };
  const path = kind && pathOf(values);
  if (kind && path !== undefined) return { kind, path };
  const url = asString(values.url);
  return url ? { kind: 'fetch', url } : { kind: 'other' };
}

function plainName(toolName: string): string {
  const last = toolName.startsWith('mcp__') ? (toolName.split('__').at(-1) ?? toolName) : toolName;
  return last.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function pathOf(args: JsonRecord): string | undefined {
  for (const key of ['file_path', 'path', 'notebook_path', 'filePath', 'absolute_path']) {
    const value = asString(args[key]);
    if (value) return value;
  }
  return undefined;
}

/** Codex gives the words of a command as an array: the line is what a shell would be told to run them. */
function commandOf(args: JsonRecord): string {
  const command = args.command ?? args.cmd;
  if (!Array.isArray(command)) return asString(command) ?? '';
  return command
    .filter((word) => typeof word === 'string')
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
