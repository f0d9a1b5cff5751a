/** The scripts wait in the same way. */
export { waitFor } from '../../scripts/wait-for.ts';
