/** What a mail shows, before it is HTML or text: both are written from this alone. */
export interface MailView {
  readonly subject: string;
  /** The first words a mail program shows beside the subject. */
  readonly preview: string;
  readonly badge: Badge;
  readonly headline: string;
  readonly paragraphs: readonly string[];
  /** Somebody's own words, such as the reason of a cancellation. */
  readonly quote?: string;
  /** The order's number and place, large. */
  readonly label?: readonly LabelCell[];
  /** Rows of small print below the label: who sold what, and when. */
  readonly facts?: readonly string[];
  readonly lines: readonly LineView[];
  readonly sums: readonly SumView[];
  /** Tables below the sums, in small print. */
  readonly tables?: readonly TableView[];
  readonly button: { readonly label: string; readonly url: string };
  /** A second way on, less in sight. */
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
  /** Chosen options, and for whom the line is in a shared order. */
  readonly details: readonly string[];
  readonly note: string | null;
  /** Formatted; absent where prices don't matter. */
  readonly amount?: string;
  /** The letter of its tax, on receipts. */
  readonly letter?: string;
}

/** A small table: its first column holds words, all others amounts. The last row stands for all, where `hasSum`. */
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
