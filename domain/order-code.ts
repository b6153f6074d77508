/**
 * The code of an order at the counter before it has a number: four characters that are easy to say and to type. Orders
 * that wait at the same time may share one, if rarely: name and place tell them apart.
 */

const CODE = /^#?([0-9a-f]{4})$/i;

/** Returns the code of an order's id: `4F2A`. */
export function orderCode(orderId: string): string {
  return orderId.slice(0, 4).toUpperCase();
}

/** Returns the lowest and highest id with this code, ignoring case and a leading `#`; undefined for an invalid code. */
export function idsOfCode(typed: string): { readonly first: string; readonly last: string } | undefined {
  const code = CODE.exec(typed.trim())?.[1]?.toLowerCase();
  if (code === undefined) return undefined;
  return {
    first: `${code}0000-0000-0000-0000-000000000000`,
    last: `${code}ffff-ffff-ffff-ffff-ffffffffffff`,
  };
}
