import zlib from 'node:zlib';
import { readRegularFile } from '../../store/read-regular-file.ts';
import { forEachChunk } from '../../tail/for-each-chunk.ts';
import { COMPRESSED } from './rollout-files.ts';

const MOST_COMPRESSED_BYTES = 128 * 1024 * 1024;
/** What a compressed rollout may grow to in memory. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Hands on the bytes of a rollout, compressed or not; nothing of one that cannot be read. The buffer is used again. */
export function readRollout(path: string, onChunk: (chunk: Uint8Array) => void): void {
  if (path.endsWith(COMPRESSED)) {
    const unpacked = unpackRollout(path);
    if (Buffer.isBuffer(unpacked)) onChunk(unpacked);
    return;
  }
  forEachChunk(path, onChunk);
}

/** The text of a compressed rollout, or why it cannot be read. Node can since 22.15 and 23.8. */
export function unpackRollout(path: string): Buffer | string {
  const { zstdDecompressSync } = zlib;
  if (typeof zstdDecompressSync !== 'function') {
    return `it is compressed with zstd, which Node ${process.versions.node} cannot read; Node 22.15 and later can`;
  }
  const packed = readRegularFile(path, MOST_COMPRESSED_BYTES);
  if (!packed) return 'it cannot be read, or is too large';
  try {
    return zstdDecompressSync(packed, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    return `it cannot be unpacked: ${String((error as { code?: unknown }).code ?? error)}`;
  }
}
