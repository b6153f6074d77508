/** The name of a product's only variant, which menus and bills omit. */
export const PLAIN_VARIANT = 'Regular';

/** Returns a line's name on bills: `Flat white, Large`, or just `Cheesecake`. */
export function lineName(productName: string, variantName: string): string {
  return variantName === PLAIN_VARIANT ? productName : `${productName}, ${variantName}`;
}
