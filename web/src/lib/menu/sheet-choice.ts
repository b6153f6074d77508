/** What is chosen in a product's sheet so far. */
export interface SheetChoice {
  /** The line that is edited, if any. */
  readonly lineId: string | undefined;
  readonly amount: number;
  readonly currency: string;
}
