/** Apart from the contract, so that a page can import them without loading the schemas. */

/** Limits of requests, shared with the screens. */
export const LIMITS = {
  linesPerOrder: 50,
  quantityPerLine: 99,
  noteLength: 200,
  nameLength: 80,
  placeLength: 60,
  reasonLength: 200,
  amount: 99_999_999,
  pageSize: 100,
} as const;
