import { CONTROL_ERRORS } from '../../common/protocol/control.ts';

/** Why a request was not carried out; its `code` reaches the other end of the socket. */
export class ControlError extends Error {
  readonly code: ControlErrorCode;

  constructor(code: ControlErrorCode, message: string) {
    super(message);
    this.name = 'ControlError';
    this.code = code;
  }
}

export type ControlErrorCode = keyof typeof CONTROL_ERRORS;

/** Undefined for JSON-RPC's own numbers. */
export function controlErrorCode(number: number): ControlErrorCode | undefined {
  const entry = Object.entries(CONTROL_ERRORS).find(([, value]) => value === number);
  return entry?.[0] as ControlErrorCode | undefined;
}
