/** Where to go after signing in: the `next` of the address when it is a page of ours, else `otherwise`. */
export function nextPage(next: string | null, otherwise: string): string {
  if (next === null || !next.startsWith('/')) return otherwise;
  // "//host" and "/\host" lead elsewhere in a browser.
  const isOurs = new URL(next, 'http://us.invalid').host === 'us.invalid';
  return isOurs ? next : otherwise;
}
