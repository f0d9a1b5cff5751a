import { hostOf } from '../rules/language/host-of.ts';
import type { CommandRun } from './command-runs.ts';

/** The hosts that a command names, and whether it may reach one that it does not. */
export interface CommandHosts {
  readonly hosts: readonly string[];
  readonly mayReachOthers: boolean;
}

/** They handle texts; an address in one is no visit. */
const TEXT_PROGRAMS =
  /^(?:echo|printf|grep|egrep|fgrep|rg|ag|sed|awk|jq|test|\[|cat|head|tail|ls|find|wc|git (?:commit|tag|log|grep|config|diff|show|notes))(?: |$)/;
/** They reach a host, whether or not their arguments name it. */
const NETWORK_PROGRAMS =
  /^(?:curl|wget|https?|ssh|scp|sftp|rsync|nc|ncat|netcat|telnet|ftp|ping|dig|nslookup|aws|gcloud|az|gh|glab|kubectl|helm|terraform|ansible\S*|npx|bunx|uvx|git (?:push|pull|fetch|clone|ls-remote|submodule)|(?:npm|pnpm|yarn|bun) (?:i|ci|install|add|update|up|upgrade|publish|view|info|audit|dlx|exec|create|init|outdated)|yarn|pnpm dlx|pip3? (?:install|download)|uv (?:pip|sync|add|lock|tool)|poetry (?:install|add|update|lock)|pipx \S+|conda \S+|cargo (?:install|add|update|fetch|publish|search)|go (?:get|install|mod)|gem install|bundle (?:install|update)|composer (?:install|update|require)|docker (?:pull|push|login|run|build|compose)|podman (?:pull|push|run|build)|apt(?:-get)? \S+|brew \S+|apk add|dnf \S+|yum \S+)(?: |$)/;
/** Their operands are addresses without a scheme. */
const WEB_PROGRAMS = new Set(['curl', 'wget', 'http', 'https']);
/** Their first operand is a host. */
const HOST_PROGRAMS = new Set(['ssh', 'sftp', 'nc', 'ncat', 'netcat', 'telnet', 'ftp', 'ping', 'dig', 'nslookup']);
/** `user@host:path`. */
const PATH_PROGRAMS = new Set(['scp', 'rsync', 'git']);
/** What stands before `://`, and behind it up to the end of the address. */
const SCHEME = /[a-z][a-z0-9+.-]*$/i;
const PLACE = /^[^\s'"<>|;,)]+/;
/** The longest of each that is looked at; no host is longer than 253 characters. */
const MAX_SCHEME = 20;
const MAX_PLACE = 1000;
/** Options of programs of the web that stand by themselves; what stands behind another one is its value. */
const FLAGS =
  /^(?:-[sSfLkviIGNjJOpq#glnRZ046CtTxvANVa]+|--[\w-]+=.*|--(?:silent|fail|location|head|insecure|compressed|verbose|show-error))$/;

/** Options of the programs of hosts that have a value behind them. */
const VALUED = /^-[A-Za-z0-9]*[iplLoFRDJbcemwWSEBI]$/;

/** Tells the hosts from a command's own words. */
export function commandHosts({ program, words }: CommandRun): CommandHosts {
  const [, first = ''] = words.map(({ value }) => value);
  const beginning = `${program} ${first}`.trim();
  if (TEXT_PROGRAMS.test(beginning)) return { hosts: [], mayReachOthers: false };
  const found = new Set<string>();
  let isHidden = false;
  const note = (host: string | undefined): void => {
    if (host === undefined || /[${}[\]*`]/.test(host)) isHidden = true;
    else found.add(host);
  };
  const args = words.slice(1).map(({ value }) => value);
  for (const arg of args) for (const address of addressesIn(arg)) note(hostOf(address));
  if (found.size === 0 && !isHidden) for (const host of bareHosts(program, args)) note(host);
  return { hosts: [...found], mayReachOthers: isHidden || (found.size === 0 && NETWORK_PROGRAMS.test(beginning)) };
}

/** The addresses in a text, but those of files. Looks at no part of it twice. */
function addressesIn(text: string): readonly string[] {
  const addresses: string[] = [];
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    const scheme = SCHEME.exec(text.slice(Math.max(0, at - MAX_SCHEME), at))?.[0];
    const place = PLACE.exec(text.slice(at + 3, at + 3 + MAX_PLACE))?.[0];
    if (scheme && place && scheme.toLowerCase() !== 'file') addresses.push(`${scheme}://${place}`);
  }
  return addresses;
}

function bareHosts(program: string, all: readonly string[]): readonly string[] {
  const args = all.map((arg) => (arg.length > MAX_PLACE ? '' : arg));
  if (PATH_PROGRAMS.has(program)) {
    return args.flatMap((arg) => {
      const host = /^(?:[\w.-]+@)?([\w-]+(?:\.[\w-]+)*|\[[\da-f:]+\]):(?!\/\/)[^:]/i.exec(arg)?.[1];
      return host !== undefined && host.length > 1 && (program !== 'git' || arg.includes('@')) ? [hostName(host)] : [];
    });
  }
  const isWeb = WEB_PROGRAMS.has(program);
  if (!isWeb && !HOST_PROGRAMS.has(program)) return [];
  const operands = args.filter((arg, at) => !arg.startsWith('-') && !isValue(args[at - 1], isWeb));
  const hosts = operands.flatMap((operand) => {
    const [, host] = /^(?:[\w.-]+@)?([\w-]+(?:\.[\w-]+)*)\.?(?::\d+)?(?:[/?#].*)?$/s.exec(operand) ?? [];
    if (host === undefined || (isWeb && !host.includes('.') && host !== 'localhost')) return [];
    return [hostName(host)];
  });
  return isWeb ? hosts : hosts.slice(0, 1);
}

function isValue(before: string | undefined, isWeb: boolean): boolean {
  if (before === undefined || !before.startsWith('-') || before === '--') return false;
  return isWeb ? !FLAGS.test(before) : VALUED.test(before);
}

function hostName(text: string): string {
  return text.replace(/^\[|\]$/g, '').toLowerCase();
}
