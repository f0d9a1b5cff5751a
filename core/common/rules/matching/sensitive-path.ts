import type { FilePath } from './file-path.ts';

/** Names of files that hold secrets by custom. */
const NAMES =
  /^(?:\.env(?:\..+)?|\.netrc|\.pgpass|\.npmrc|\.pypirc|\.git-credentials|\.htpasswd|credentials(?:\.json|\.csv)?|secrets?\.(?:json|ya?ml|toml|env)|service[-_]account.*\.json|id_(?:rsa|dsa|ecdsa|ed25519)(?:_.*)?|.+\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk))$/i;
/** `.env.example` and the like are made to be read. */
const HARMLESS = /\.(?:example|sample|template|dist|pub)$/i;
/** Folders of which every file counts. */
const FOLDERS: ReadonlySet<string> = new Set(['.ssh', '.gnupg', '.aws', '.azure', '.kube', '.docker']);

/** Whether a file is of a kind that holds secrets: told by its name and folders, nothing is opened. */
export function isSensitivePath({ name, absolute, below, above }: FilePath): boolean {
  if (HARMLESS.test(name)) return false;
  return NAMES.test(name) || (absolute ?? below ?? above ?? []).slice(0, -1).some((part) => FOLDERS.has(part));
}
