/** True when the type is the wanted one; `charge.*` wants all that begin so, `*` every one. */
export function fitsType(wanted: string, type: string): boolean {
  return wanted === type || (wanted.endsWith('*') && type.startsWith(wanted.slice(0, -1)));
}
