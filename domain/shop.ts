/** The shop's name and details on mails, pages and receipts. */
export interface Shop {
  readonly name: string;
  /** On one line, its parts separated by commas; empty if not stated. */
  readonly address: string;
  /** Empty: not set. */
  readonly taxId: string;
  /** IANA name of the time zone in which every time is written: `Europe/Berlin`. */
  readonly timeZone: string;
}

/** Returns the address in rows, as on an envelope; none if the address is not set. */
export function addressRows({ address }: Pick<Shop, 'address'>): string[] {
  return address
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Returns whether `Intl` knows a time zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
