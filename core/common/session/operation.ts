import { asRecord, asString, type JsonRecord } from '../json.ts';
import type { Operation } from './tool-call.ts';

/**
 * What a tool does, told by its name and arguments. Tool names of the known agents, in lower case and without
 * punctuation; an MCP tool (`mcp__server__tool`) is told by its last part.
 */
const READERS = new Set(['read', 'readfile', 'view', 'notebookread', 'readtextfile', 'openfile', 'readmediafile']);
const WRITERS = new Set([
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
]);
const SHELLS = new Set(['bash', 'shell', 'runshellcommand', 'execcommand', 'localshell', 'powershell', 'runcommand']);
const SUBAGENTS = new Set(['task', 'agent', 'subagent', 'spawnagent']);

export function operationOf(toolName: string, args: unknown): Operation {
  const name = plainName(toolName);
  const values = asRecord(args) ?? {};
  const path = pathOf(values);
  if (SHELLS.has(name)) return { kind: 'command', command: commandOf(values) };
  if (WRITERS.has(name) && path !== undefined) return { kind: 'write', path };
  if (READERS.has(name) && path !== undefined) return { kind: 'read', path };
  if (SUBAGENTS.has(name)) return { kind: 'subagent', description: asString(values.description) ?? '' };
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
