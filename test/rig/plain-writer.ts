import { closeSync, openSync, writeSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { encodeEvent } from '../../core/common/trace/trace-event.ts';

/**
 * Appends events to a file, one write each, as fast as it can: `node plain-writer.ts <file> <name> <count> [<burst>]`.
 * Their ids are `<name>-0`, `<name>-1`, ... After each burst of writes it pauses for some milliseconds.
 */
const [file = '', name = '', count = '0', burst = '0'] = process.argv.slice(2);

const fd = openSync(file, 'a', 0o600);
for (let i = 0; i < Number(count); i++) {
  const line = encodeEvent({
    event_type: 'tool_call',
    timestamp: 1_795_000_000 + i,
    event_id: `${name}-${i}`,
    session_id: 'session',
    // Lines of many lengths, so that they fall on every kind of boundary.
    data: { tool_name: 'Bash', arguments: { command: 'é'.repeat(i % 97) } },
  });
  if (writeSync(fd, line) !== Buffer.byteLength(line)) throw new Error(`short write to ${file}`);
  if (Number(burst) > 0 && i % Number(burst) === 0) await new Promise((done) => setTimeout(done, i % 7));
  else if (i % 50 === 0) await turn();
}
closeSync(fd);
