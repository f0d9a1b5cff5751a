/** Host of an address, in lower case, without user, port and brackets; undefined for a text that names none. */
export function hostOf(address: string): string | undefined {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\\]*)/i.exec(address)?.[1];
  if (authority === undefined) return undefined;
  const place = authority.slice(authority.lastIndexOf('@') + 1);
  const host = /^\[([^\]]*)\]/.exec(place)?.[1] ?? place.replace(/:\d*$/, '');
  return host === '' ? undefined : host.toLowerCase().replace(/\.$/, '');
}
