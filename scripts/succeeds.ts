/** Whether it comes to its end, for steps that fail when what they wait for does not come in time. */
export function succeeds(step: Promise<unknown>): Promise<boolean> {
  return step.then(
    () => true,
    () => false,
  );
}
