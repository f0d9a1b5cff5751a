/** For labels in which the editor makes an icon of `$(name)`: text of a trace is shown as it is. */
export function escapeIcons(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}
