import { statSync } from 'node:fs';
import type { NativeFacts } from '../../common/adapters/native-parser.ts';
import type { Cost, PriceBook } from '../../common/cost/cost.ts';
import { SessionFold } from '../../common/session/session-fold.ts';
import type { NativeFile, NativeIssue } from './native-agent.ts';
import { agentNamed } from './native-agents.ts';

/** A session as it lies on this machine, read without writing anything. */
export interface NativeListing {
  readonly file: NativeFile;
  readonly facts: NativeFacts;
  /** Bytes of its file, or of the database it is in. */
  readonly size: number;
  /** Of what this file says; subagents have files of their own. */
  readonly cost: Cost;
}

/** Reads a file to its end; undefined when it holds no session. */
export function listNative(file: NativeFile, prices: PriceBook, onIssue: NativeIssue): NativeListing | undefined {
  const source = agentNamed(file.agent)?.open(file, onIssue);
  if (!source) return undefined;
  const fold = new SessionFold('', prices);
  try {
    for (let more = true; more; ) {
      const read = source.read();
      for (const event of read.events) fold.apply(event);
      more = read.more;
    }
    const { facts } = source;
    const size = statSync(file.path, { throwIfNoEntry: false })?.size ?? 0;
    return facts.sessionId === undefined || fold.state.events === 0
      ? undefined
      : { file, facts, size, cost: fold.state.cost };
  } finally {
    source.close();
  }
}
