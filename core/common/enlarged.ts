/** An array of numbers of one kind. */
interface Numbers {
  set(from: this): void;
}

/** `larger`, which holds at its beginning what `numbers` do. */
export function enlarged<T extends Numbers>(numbers: T, larger: T): T {
  larger.set(numbers);
  return larger;
}
