import type { Operation } from '../session/tool-call.ts';
import { excerpt } from './excerpt.ts';

/** What a call touches, as one short line: its command, path or description; empty when it is not known. */
export function operationTarget(operation: Operation): string {
  switch (operation.kind) {
    case 'command':
      return excerpt(operation.command);
    case 'read':
    case 'write':
      return excerpt(operation.path);
    case 'subagent':
      return excerpt(operation.description);
    case 'fetch':
      return excerpt(operation.url);
    case 'other':
      return '';
  }
}
