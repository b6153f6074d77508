/** The name of a product's only variant, which goes without saying on menus and bills. */
export const PLAIN_VARIANT = 'Regular';

/** How a line is named on bills: `Flat white, Large`, or just `Cheesecake`. */
export function lineName(productName: string, variantName: string): string {
  return variantName === PLAIN_VARIANT ? productName : `${productName}, ${variantName}`;
}
