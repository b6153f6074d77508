/** Who the mails come from, in words, and how they write times. */
export const SHOP = {
  name: 'Sharetab',
  /** Shown under every mail. */
  tagline: 'Order together, pay your own share',
  locale: 'en-GB',
  timeZone: 'Europe/Berlin',
} as const;
