/** The shop, as mails, pages and receipts name it. */
export interface Shop {
  readonly name: string;
  /** On one line, its parts apart by commas; empty: not told. */
  readonly address: string;
  /** Empty: not told. */
  readonly taxId: string;
  /** IANA name of the time zone that every time is written in: `Europe/Berlin`. */
  readonly timeZone: string;
}

/** The address in rows, as it stands on an envelope; none where none is told. */
export function addressRows({ address }: Pick<Shop, 'address'>): string[] {
  return address
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Whether times can be written in a zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
