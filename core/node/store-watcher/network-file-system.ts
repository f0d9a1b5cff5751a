import { statfsSync } from 'node:fs';

/**
 * File system types (statfs(2), linux/magic.h) on which another machine, or the other side of a virtual one, can write
 * without this kernel being told.
 */
const NETWORK_TYPES: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x01021997, // 9p (WSL drives, some virtual machines)
  0x65735546, // FUSE (sshfs, virtiofs, Docker Desktop)
  0x786f4256, // VirtualBox shared folders
  0xbacbacbc, // VMware shared folders
  0x7c7c6673, // Parallels shared folders
  0x5346414f, // OpenAFS
  0x6b414653, // AFS of the kernel
  0x00c36400, // Ceph
  0x0bd00bd0, // Lustre
  0x47504653, // GPFS
  0x01161970, // GFS2
  0x7461636f, // OCFS2
  0x73757245, // Coda
]);

/** Linux tells; elsewhere the numbers mean something else and the answer is false. False too when there is no such path. */
export function isOnNetworkFileSystem(path: string): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return isNetworkType(statfsSync(path).type);
  } catch {
    return false;
  }
}

/** `type`: as statfs gives it; a signed 32-bit number on some systems. */
export function isNetworkType(type: number): boolean {
  return NETWORK_TYPES.has(type >>> 0);
}
