interface IconProps {
  /** Of a codicon. */
  readonly name: string;
  /** What it says; without one it only adorns a text. */
  readonly label?: string;
  readonly class?: string;
}

export function Icon({ name, label, class: className }: IconProps) {
  const names = `codicon codicon-${name}${className ? ` ${className}` : ''}`;
  return label === undefined ? (
    <span class={names} aria-hidden="true" />
  ) : (
    <span class={names} role="img" aria-label={label} />
  );
}
