import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../steps.ts';
import type { Figure } from './figures.ts';

/** What one benchmark measured, when and on what; nothing that names the machine. */
export interface Result {
  /** Of the day, as `2026-11-27`. */
  readonly date: string;
  /** Node's version, with which the benchmark itself ran. */
  readonly node: string;
  /** Of the machine: how many processors, and which. */
  readonly cpus: number;
  readonly cpu: string;
  readonly figures: readonly Figure[];
}

/** By the benchmark's name. */
export type Results = Readonly<Record<string, Result>>;

const FILE = path.join(root, 'bench', 'results.json');

/** The results that are kept in the repository. */
export function readResults(): Results {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Results) : {};
}

/** Keeps results; others that are kept already stay. */
export function keepResults(results: Results): void {
  const all = Object.entries({ ...readResults(), ...results }).sort(([a], [b]) => (a < b ? -1 : 1));
  mkdirSync(path.dirname(FILE), { recursive: true });
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
}

/** A result of today and of this machine. */
export function resultOf(figures: readonly Figure[]): Result {
  const [{ model = 'unknown' } = {}, ...others] = os.cpus();
  const date = new Date().toISOString().slice(0, 10);
  return { date, node: process.version, cpus: others.length + 1, cpu: model.trim(), figures };
}
