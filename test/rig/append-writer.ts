/** Appends `count` events to one session as a recorder does, and ends. Arguments: store, session, writer's name, count. */
import { EventLog } from '../../core/node/store/event-log.ts';
import { openSession, openStore } from '../../core/node/store/open-store.ts';

const [store = '', session = '', writer = '', count = '0'] = process.argv.slice(2);
const log = new EventLog(openSession(openStore({ path: store, chosen: true }), session));
for (let index = 0; index < Number(count); index++) {
  log.append({
    event_type: 'tool_call',
    timestamp: 1_795_000_000 + index / 1000,
    event_id: `${writer}-${index}`,
    session_id: session,
    // Lines from some bytes to more than a page: the long ones are where a write could be seen half done.
    data: { tool_name: 'Bash', arguments: { command: writer.repeat(1 + (index % 50) * 100) } },
  });
}
log.close();
