import { errorText } from '../../core/common/error-text.ts';
/** Takes a step; when it fails, notes why under the step's name and gives undefined. */
export type Attempt = <T>(step: string, run: () => T) => T | undefined;

/** `problems` gets one line a failure. */
export function collectingAttempt(problems: string[]): Attempt {
  return (step, run) => {
    try {
      return run();
    } catch (error) {
      const text = errorText(error);
      problems.push(`${step}: ${text.replace(/\s+/g, ' ')}`);
      return undefined;
    }
  };
}
