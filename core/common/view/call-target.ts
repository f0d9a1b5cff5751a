import { asRecord, asString, type JsonRecord } from '../json.ts';
import { operationOf } from '../session/operation.ts';
import { workspacePath } from '../session/workspace-path.ts';
import { excerpt } from './excerpt.ts';
import { operationTarget } from './operation-target.ts';

/** Arguments that say most about a call whose tool is not known, best first. */
const TELLING = ['command', 'file_path', 'path', 'url', 'pattern', 'query', 'description', 'prompt', 'name', 'input'];

/**
 * What a call is about, from the data of its `tool_call`: its path (relative to the workspace inside it), command, or
 * the argument that says most; undefined when it has none.
 */
export function callTarget(data: JsonRecord, workspace: string | undefined): string | undefined {
  const args = asRecord(data.arguments) ?? {};
  const operation = operationOf(asString(data.tool_name) ?? '', args);
  if (operation.kind === 'read' || operation.kind === 'write') return shownPath(operation.path, workspace);
  const target = operationTarget(operation);
  if (target) return target;
  for (const key of TELLING) {
    const value = excerpt(asString(args[key]) ?? '');
    if (value) return value;
  }
  const rest = JSON.stringify(args);
  return rest === '{}' ? undefined : excerpt(rest);
}

/** A path as people see it: relative to the workspace where it lies inside. */
export function shownPath(path: string, workspace: string | undefined): string {
  return excerpt(workspace === undefined ? path : workspacePath(path, workspace));
}
