import type { Problem } from '../problem.ts';
import { isMoney } from '../rule.ts';
import type { LimitVariable } from './condition.ts';

const DECIMAL = /^(?:\d+(?:\.\d+)?|\.\d+)$/;

/** A threshold as it was written: a number, or a text that can mean one thing only (`10`, `$0.50`, `80%`). */
export function readThreshold(variable: LimitVariable, written: string | number): number | Problem {
  const value = typeof written === 'number' ? written : toNumber(variable, written.trim());
  if (typeof value !== 'number') return value;
  if (!Number.isFinite(value))
    return { message: `the limit of ${variable} is not a finite number`, hint: exampleOf(variable) };
  if (value < 0) return { message: `the limit of ${variable} is below zero`, hint: 'a limit is zero or more' };
  if (variable === 'context_pct' && value >= 100)
    return {
      message: 'context_pct is never greater than 100, so this rule would guard nothing',
      hint: 'write a percentage below 100, for example 80',
    };
  return value;
}

function toNumber(variable: LimitVariable, text: string): number | Problem {
  let digits = text;
  if (isMoney(variable)) digits = text.startsWith('$') ? text.slice(1).trimStart() : text;
  if (variable === 'context_pct') digits = text.endsWith('%') ? text.slice(0, -1).trimEnd() : text;
  if (DECIMAL.test(digits)) return Number(digits);
  if (text === '') return { message: `the limit of ${variable} is missing`, hint: exampleOf(variable) };
  return {
    message: `bad number for ${variable}`,
    hint: `${/,/.test(text) ? 'leave commas out; ' : ''}${exampleOf(variable)}`,
  };
}

function exampleOf(variable: LimitVariable): string {
  return `write a number such as ${isMoney(variable) ? '0.50' : '10'}`;
}
