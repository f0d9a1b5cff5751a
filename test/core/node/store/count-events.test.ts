import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeEvent } from '../../../../core/common/trace/trace-event.ts';
import { countEvents } from '../../../../core/node/store/count-events.ts';
import { EventMaker } from '../../../rig/events.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';

describe('countEvents', () => {
  it('counts each id once, whatever else the lines hold', () => {
    const maker = new EventMaker();
    const twice = maker.call('c1', 'Bash', { command: 'echo \'{"event_type":"error","timestamp":1,"event_id":"x"}\'' });
    const events = [
      twice,
      twice,
      maker.call('c2', 'Bash', { command: 'false' }),
      maker.failure('c2'),
      maker.response('m1', { input: 1, output: 1 }),
      maker.response('m1', { input: 1, output: 5 }),
      maker.response('m2', { input: 1, output: 5 }),
    ];
    const folder = join(tempFolder(), 's1');
    mkdirSync(folder);
    writeFileSync(join(folder, 'events.ndjson'), `${events.map(encodeEvent).join('')}not json\n{"event_type":"err`);
    expect(countEvents(folder)).toEqual({ tool_calls: 2, llm_requests: 2, errors: 1 });
  });

  it('is undefined when there are no events to read', () => {
    expect(countEvents(tempFolder())).toBeUndefined();
  });
});
