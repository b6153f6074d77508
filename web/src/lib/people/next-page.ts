/** Returns the page to open after signing in: `next` if it is a path of ours, else `otherwise`. */
export function nextPage(next: string | null, otherwise: string): string {
  if (next === null || !next.startsWith('/')) return otherwise;
  // Browsers resolve "//host" and "/\host" to another host.
  const isOurs = new URL(next, 'http://us.invalid').host === 'us.invalid';
  return isOurs ? next : otherwise;
}
