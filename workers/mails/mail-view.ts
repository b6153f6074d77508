/** The contents of a mail, from which both HTML and text are written. */
export interface MailView {
  readonly subject: string;
  /** The preview that a mail program shows next to the subject. */
  readonly preview: string;
  readonly badge: Badge;
  readonly headline: string;
  readonly paragraphs: readonly string[];
  /** A person's own words, such as the reason of a cancellation. */
  readonly quote?: string;
  /** The order's number and place, large. */
  readonly label?: readonly LabelCell[];
  /** Rows of small print below the label: the seller, and the date. */
  readonly facts?: readonly string[];
  readonly lines: readonly LineView[];
  readonly sums: readonly SumView[];
  /** Tables below the sums, in small print. */
  readonly tables?: readonly TableView[];
  readonly button: { readonly label: string; readonly url: string };
  /** A second, less prominent link. */
  readonly link?: { readonly label: string; readonly url: string };
  readonly closing: readonly string[];
}

export interface LabelCell {
  readonly title: string;
  readonly value: string;
  readonly size: 'large' | 'medium';
}

export interface Badge {
  readonly label: string;
  readonly tone: 'good' | 'calm' | 'warn';
}

export interface LineView {
  readonly quantity: number;
  readonly name: string;
  /** Chosen options, and, in a shared order, who the line is for. */
  readonly details: readonly string[];
  readonly note: string | null;
  /** Formatted; absent if prices are not shown. */
  readonly amount?: string;
  /** The letter of its tax, on receipts. */
  readonly letter?: string;
}

/** A small table: its first column holds words, all others amounts. With `hasSum`, the last row is the total. */
export interface TableView {
  readonly caption: string;
  readonly titles?: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly hasSum: boolean;
}

export interface SumView {
  readonly label: string;
  readonly amount: string;
  readonly strong?: boolean;
}
