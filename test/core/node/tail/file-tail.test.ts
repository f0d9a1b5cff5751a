import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  constants,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inFolder, TailedFile } from './tailed-file.ts';

const onPosix = it.skipIf(process.platform === 'win32');

function makeFifo(path: string): void {
  execFileSync('mkfifo', [path]);
}

describe('FileTail reading a growing file', () => {
  it('waits for the file and reads it from its first byte', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      const file = new TailedFile(path);
      expect(file.readAll()).toBe('absent');
      writeFileSync(path, 'a\nb\n');
      expect(file.news()).toEqual(['a', 'b']);
      expect(file.readAll()).toBe('idle');
      appendFileSync(path, 'c\n');
      expect(file.news()).toEqual(['c']);
      expect(file.issues).toEqual([]);
    }));

  it('reads no more than it was told to in one poll, and says that there is more', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      writeFileSync(path, 'aaaa\nbbbb\ncccc\n');
      const file = new TailedFile(path, { maxBytesPerRead: 6 });
      expect(file.tail.poll()).toBe('more');
      expect(file.lines).toEqual(['aaaa']);
      expect(file.readAll()).toBe('idle');
      expect(file.lines).toEqual(['aaaa', 'bbbb', 'cccc']);
    }));

  it('passes over what its owner has appended, and over nothing else', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      const file = new TailedFile(path);
      const append = (own: string, others = ''): void => {
        appendFileSync(path, `${others}${own}`);
        const { dev, ino, size } = statSync(path, { bigint: true });
        const lines = [Buffer.from(own.slice(0, 3)), Buffer.from(own.slice(3))];
        file.tail.passOver(
          { dev: String(dev), ino: String(ino), size: Number(size) },
          lines,
          own.split('\n').length - 1,
        );
      };
      expect(file.readAll()).toBe('absent');
      append('own 1\nown 2\n');
      expect(file.news()).toEqual([]);
      append('own 3\n');
      appendFileSync(path, 'other 4\n');
      expect(file.news()).toEqual(['other 4']);
      expect(file.tail.checkpoint()).toMatchObject({ position: 26, line: 5 });
      append('own 6\n', 'other 5\n');
      expect(file.news()).toEqual(['other 5', 'own 6']);
      append('own 7\n', 'half');
      expect(file.news()).toEqual(['halfown 7']);
      append('own 8\n');
      writeFileSync(path, 'another file, as long as the first and longer, with many lines\n');
      expect(file.news()).toEqual(['another file, as long as the first and longer, with many lines']);
      expect(file.issues).toHaveLength(1);
    }));

  it('keeps half a line until the rest comes, whatever byte it was cut at', () =>
    inFolder((folder) => {
      const line = Buffer.from('{"text":"né€😀"}\n');
      for (let cut = 1; cut < line.length; cut++) {
        const path = join(folder, `f${cut}`);
        const file = new TailedFile(path);
        writeFileSync(path, line.subarray(0, cut));
        expect(file.news()).toEqual([]);
        appendFileSync(path, line.subarray(cut));
        expect(file.news()).toEqual(['{"text":"né€😀"}']);
      }
    }));

  it('reads a line of 20 MB whole, in parts', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      const long = 'é'.repeat(10 * 1024 * 1024);
      writeFileSync(path, `before\n${long}\nafter\n`);
      const file = new TailedFile(path);
      file.readAll();
      expect(file.lines.map((line) => line.length)).toEqual([6, long.length, 5]);
      expect(file.lines[1] === long).toBe(true);
    }));
});

describe('FileTail when the file is changed otherwise than by appending', () => {
  it('reports a truncated file once and reads it from its start', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      writeFileSync(path, 'a\nb\nhalf');
      const file = new TailedFile(path);
      file.readAll();
      truncateSync(path, 0);
      expect(file.news()).toEqual([]);
      appendFileSync(path, 'c\n');
      expect(file.news()).toEqual(['c']);
      expect(file.kinds).toEqual(['truncated']);
      expect(file.issues[0]?.message).toContain(path);
    }));

  it('reads again what is left of a file that was cut in the middle', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      writeFileSync(path, 'a\nb\nc\n');
      const file = new TailedFile(path);
      file.readAll();
      truncateSync(path, 3);
      expect(file.news()).toEqual(['a']);
      appendFileSync(path, 'x\n');
      expect(file.news()).toEqual(['bx']);
      expect(file.kinds).toEqual(['truncated']);
    }));

  it('notices a file that was emptied and written again as long as before, or longer', () =>
    inFolder((folder) => {
      for (const [index, content] of ['x\ny\n', 'x\ny\nz\n', 'a\ny\n', `a\nb${'!'.repeat(500)}\n`].entries()) {
        const path = join(folder, `f${index}`);
        writeFileSync(path, 'a\nb\n');
        const file = new TailedFile(path);
        file.readAll();
        writeFileSync(path, content);
        expect(file.news()).toEqual(content.trimEnd().split('\n'));
        expect(file.kinds).toEqual(['replaced']);
      }
    }));

  it('notices other content behind a long beginning that is the same', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      const start = Array.from({ length: 200 }, (_, index) => `line ${index}`);
      writeFileSync(path, `${start.join('\n')}\nold end\n`);
      const file = new TailedFile(path);
      file.readAll();
      writeFileSync(path, `${start.join('\n')}\nnew end, longer\n`);
      expect(file.news()).toEqual([...start, 'new end, longer']);
      expect(file.kinds).toEqual(['replaced']);
    }));

  it('notices another beginning before a long end that is the same', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      const end = Array.from({ length: 200 }, (_, index) => `line ${index}`);
      writeFileSync(path, `old start\n${end.join('\n')}\n`);
      const file = new TailedFile(path);
      file.readAll();
      writeFileSync(path, `new start\n${end.join('\n')}\n`);
      expect(file.news()).toEqual(['new start', ...end]);
      expect(file.kinds).toEqual(['replaced']);
    }));

  it('notices that a half line was taken back and another line put in its place', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      writeFileSync(path, 'a\nhalf a li');
      const file = new TailedFile(path);
      file.readAll();
      truncateSync(path, 2);
      appendFileSync(path, 'something longer\n');
      expect(file.news()).toEqual(['a', 'something longer']);
      expect(file.kinds).toEqual(['replaced']);
    }));

  it('takes a file that was written again with the same content and more for one that grew', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      writeFileSync(path, 'a\nb\n');
      const file = new TailedFile(path);
      file.readAll();
      writeFileSync(path, 'a\nb\nc\n');
      expect(file.news()).toEqual(['c']);
      expect(file.issues).toEqual([]);
    }));

  it('reads a file that took its place by rename, with the same or other content', () =>
    inFolder((folder) => {
      for (const content of ['a\nb\n', 'a\nb\nc\n', 'x\n']) {
        const path = join(folder, 'f');
        writeFileSync(path, 'a\nb\n');
        const file = new TailedFile(path);
        file.readAll();
        writeFileSync(`${path}.new`, content);
        renameSync(`${path}.new`, path);
        expect(file.news()).toEqual(content.trimEnd().split('\n'));
        expect(file.kinds).toEqual(['replaced']);
      }
    }));

  onPosix('reads what was appended just before the file was replaced or removed', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      writeFileSync(path, 'a\n');
      const file = new TailedFile(path, { maxBytesPerRead: 4 });
      file.readAll();
      appendFileSync(path, 'b\nccccccccc\nhalf');
      writeFileSync(`${path}.new`, 'd\n');
      renameSync(`${path}.new`, path);
      expect(file.news()).toEqual(['b', 'ccccccccc', 'd']);
      appendFileSync(path, 'e\n');
      unlinkSync(path);
      expect(file.news()).toEqual(['e']);
      expect(file.kinds).toEqual(['replaced', 'removed']);
    }),
  );

  it('reports a removed file once and reads it when it is there again', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      writeFileSync(path, 'a\nhalf');
      const file = new TailedFile(path);
      file.readAll();
      unlinkSync(path);
      expect([file.readAll(), file.readAll()]).toEqual(['absent', 'absent']);
      expect(file.kinds).toEqual(['removed']);
      writeFileSync(path, ' line\na\n');
      expect(file.news()).toEqual([' line', 'a']);
      expect(file.kinds).toEqual(['removed']);
    }));

  it('takes no file for the one before it, however often it is removed and made anew between two polls', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      const file = new TailedFile(path);
      const expected: string[] = [];
      for (let i = 0; i < 300; i++) {
        rmSync(path, { force: true });
        // Every content begins and ends as the one before, and no content is shorter.
        writeFileSync(path, `same\n${i + 1000}\nsame\n`);
        expected.push('same', `${i + 1000}`, 'same');
        if (i % 3 === 0) file.readAll();
        else expected.splice(-3);
      }
      file.readAll();
      expect(file.lines).toEqual([...expected, 'same', '1299', 'same']);
    }));
});

describe('FileTail on what is no file', () => {
  onPosix('does not wait for the writer of a FIFO, reports it once, and reads a file in its place', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      makeFifo(path);
      const file = new TailedFile(path);
      expect([file.readAll(), file.readAll()]).toEqual(['refused', 'refused']);
      expect(file.kinds).toEqual(['not-a-file']);
      expect(file.issues[0]?.message).toContain('FIFO');
      unlinkSync(path);
      writeFileSync(path, 'a\n');
      expect(file.news()).toEqual(['a']);
      unlinkSync(path);
      makeFifo(path);
      expect(file.readAll()).toBe('refused');
      expect(file.kinds).toEqual(['not-a-file', 'not-a-file']);
    }),
  );

  onPosix('reads nothing of a FIFO that has a writer', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      makeFifo(path);
      const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
      try {
        appendFileSync(fd, '{"event_type":"error"}\n');
        const file = new TailedFile(path);
        expect(file.readAll()).toBe('refused');
        expect(file.lines).toEqual([]);
      } finally {
        closeSync(fd);
      }
    }),
  );

  onPosix('refuses devices, folders, sockets and links, each with one issue', () =>
    inFolder(async (folder) => {
      const target = join(folder, 'target');
      writeFileSync(target, 'a\n');
      const link = join(folder, 'link');
      symlinkSync(target, link);
      const dangling = join(folder, 'dangling');
      symlinkSync(join(folder, 'nothing'), dangling);
      const socket = join(folder, 'socket');
      const server = createServer();
      await new Promise<void>((done) => server.listen(socket, done));
      try {
        for (const [path, kind, what] of [
          ['/dev/zero', 'not-a-file', 'a device'],
          [folder, 'not-a-file', 'a folder'],
          [socket, 'not-a-file', 'a socket'],
          [link, 'symlink', 'a symbolic link'],
          [dangling, 'symlink', 'a symbolic link'],
        ] as const) {
          const file = new TailedFile(path);
          expect([file.readAll(), file.readAll()]).toEqual(['refused', 'refused']);
          expect(file.kinds).toEqual([kind]);
          expect(file.issues[0]?.message).toContain(what);
          expect(file.lines).toEqual([]);
        }
      } finally {
        server.close();
      }
    }),
  );

  onPosix('goes from one kind of refusal to the next with an issue for each', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      const file = new TailedFile(path);
      writeFileSync(path, 'a\n');
      file.readAll();
      unlinkSync(path);
      mkdirSync(path);
      file.readAll();
      rmSync(path, { recursive: true });
      symlinkSync('/etc/passwd', path);
      file.readAll();
      file.readAll();
      unlinkSync(path);
      writeFileSync(path, 'b\n');
      file.readAll();
      expect(file.kinds).toEqual(['not-a-file', 'symlink']);
      expect(file.lines).toEqual(['a', 'b']);
    }),
  );

  onPosix('refuses a file whose folder is a link out of the store, also when it becomes one later', () =>
    inFolder((folder) => {
      const store = join(folder, 'store');
      const outside = join(folder, 'outside');
      const session = join(store, 's');
      mkdirSync(session, { recursive: true });
      mkdirSync(outside);
      writeFileSync(join(outside, 'events'), 'secret\n');
      writeFileSync(join(session, 'events'), 'a\n');
      const file = new TailedFile(join(session, 'events'), { root: store });
      file.readAll();
      renameSync(session, `${session}.old`);
      symlinkSync(outside, session);
      expect([file.readAll(), file.readAll()]).toEqual(['refused', 'refused']);
      expect(file.lines).toEqual(['a']);
      expect(file.kinds).toEqual(['replaced', 'outside-store']);
      unlinkSync(session);
      renameSync(`${session}.old`, session);
      expect(file.news()).toEqual(['a']);
    }),
  );

  onPosix('accepts a store that is reached through a link itself', () =>
    inFolder((folder) => {
      mkdirSync(join(folder, 'real', 's'), { recursive: true });
      symlinkSync(join(folder, 'real'), join(folder, 'store'));
      writeFileSync(join(folder, 'real', 's', 'events'), 'a\n');
      const file = new TailedFile(join(folder, 'store', 's', 'events'), { root: join(folder, 'store') });
      expect(file.news()).toEqual(['a']);
    }),
  );

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'reports a file it may not read once, and reads it when it may',
    () =>
      inFolder((folder) => {
        const path = join(folder, 'f');
        writeFileSync(path, 'a\n');
        chmodSync(path, 0o000);
        const file = new TailedFile(path);
        expect([file.readAll(), file.readAll()]).toEqual(['refused', 'refused']);
        expect(file.kinds).toEqual(['unreadable']);
        expect(file.tail.isUnreadable).toBe(true);
        chmodSync(path, 0o600);
        expect(file.news()).toEqual(['a']);
        expect(file.tail.isUnreadable).toBe(false);
      }),
  );

  onPosix('reports once that the system refuses, and reads when it no longer does', () =>
    inFolder((folder) => {
      // A name too long for the system stands for all that a system may refuse; even root is refused this.
      const file = new TailedFile(join(folder, 'x'.repeat(300)));
      expect([file.readAll(), file.readAll()]).toEqual(['refused', 'refused']);
      expect(file.kinds).toEqual(['unreadable']);
      expect(file.issues[0]?.message).toContain('ENAMETOOLONG');
      expect(file.tail.isUnreadable).toBe(true);
    }),
  );
});

describe('FileTail while the system does not let it look', () => {
  onPosix('reports that once, reads on in the open file and keeps its place', () =>
    inFolder((folder) => {
      const session = join(folder, 's');
      mkdirSync(session);
      const path = join(session, 'f');
      writeFileSync(path, 'a\n');
      const file = new TailedFile(path);
      file.readAll();
      renameSync(session, `${session}.away`);
      // A link to itself: no path through it can be looked at, not even by root.
      symlinkSync(session, session);
      appendFileSync(`${session}.away/f`, 'b\n');
      expect([file.readAll(), file.readAll()]).toEqual(['refused', 'refused']);
      expect(file.tail.isUnreadable).toBe(true);
      unlinkSync(session);
      renameSync(`${session}.away`, session);
      appendFileSync(path, 'c\n');
      expect(file.readAll()).toBe('idle');
      expect(file.tail.isUnreadable).toBe(false);
      expect(file.lines).toEqual(['a', 'b', 'c']);
      expect(file.kinds).toEqual(['unreadable']);
    }),
  );
});

describe('FileTail going on from a checkpoint', () => {
  it('reads every line from there on, the unfinished one from its start', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      const content = 'alpha\nbéta\n\ngamma\ndelta\n';
      const bytes = Buffer.from(content);
      for (let cut = 0; cut <= bytes.length; cut++) {
        writeFileSync(path, bytes.subarray(0, cut));
        const before = new TailedFile(path, { maxBytesPerRead: 7 });
        before.readAll();
        const checkpoint = JSON.parse(JSON.stringify(before.tail.checkpoint()));
        before.tail.close();
        appendFileSync(path, bytes.subarray(cut));
        const after = new TailedFile(path, { checkpoint });
        after.readAll();
        expect([...before.lines, ...after.lines]).toEqual(['alpha', 'béta', 'gamma', 'delta']);
        expect(after.issues).toEqual([]);
        after.tail.close();
      }
    }));

  it('has no checkpoint while there is no file', () =>
    inFolder((folder) => {
      const file = new TailedFile(join(folder, 'f'));
      file.readAll();
      expect(file.tail.checkpoint()).toBeUndefined();
    }));

  it('starts over when the file is another one', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      writeFileSync(path, 'a\nb\n');
      const before = new TailedFile(path);
      before.readAll();
      const checkpoint = before.tail.checkpoint();
      before.tail.close();
      for (const [change, kind] of [
        [() => writeFileSync(path, 'x\ny\nz\n'), 'replaced'],
        [() => truncateSync(path, 2), 'truncated'],
        [() => unlinkSync(path), 'removed'],
      ] as const) {
        change();
        const after = new TailedFile(path, checkpoint ? { checkpoint } : {});
        after.readAll();
        after.readAll();
        expect(after.kinds).toEqual([kind]);
        after.tail.close();
      }
    }));

  it('is not taken in by another file that was given the same inode', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      writeFileSync(path, 'a\nb\n');
      const inode = statSync(path).ino;
      const before = new TailedFile(path);
      before.readAll();
      const checkpoint = before.tail.checkpoint();
      before.tail.close();
      let reused = false;
      for (let i = 0; i < 1000 && !reused; i++) {
        unlinkSync(path);
        writeFileSync(path, 'x\ny\nz\n');
        reused = statSync(path).ino === inode;
      }
      // Some file systems never give an inode out again: then there is nothing to mistake.
      const after = new TailedFile(path, checkpoint ? { checkpoint } : {});
      expect(after.news()).toEqual(['x', 'y', 'z']);
      expect(after.kinds).toEqual(['replaced']);
    }));

  it('keeps its place when its descriptor was given back between polls', () =>
    inFolder((folder) => {
      const path = join(folder, 'f');
      writeFileSync(path, 'a\nhal');
      const file = new TailedFile(path);
      file.readAll();
      file.tail.close();
      appendFileSync(path, 'f\nb\n');
      expect(file.news()).toEqual(['half', 'b']);
      file.tail.close();
      linkSync(path, `${path}.kept`);
      unlinkSync(path);
      writeFileSync(path, 'c\n');
      expect(file.news()).toEqual(['c']);
      expect(file.kinds).toEqual(['replaced']);
    }));
});
