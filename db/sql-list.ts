/**
 * A list as one parameter of `= any(?)`, as PostgreSQL writes arrays; the ORM would spread a JavaScript array
 * over several. Values are quoted, so they may hold anything.
 */
export function sqlList(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
