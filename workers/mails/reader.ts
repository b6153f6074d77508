import { formatAmount } from '../../domain/money.ts';
import { createShopTime, type ShopTime } from '../../domain/shop-time.ts';
import type { Shop } from '../../domain/shop.ts';
import type { Language } from '../../messages/compiled/languages.ts';
import { messagesIn, type Messages } from '../../messages/compiled/messages.ts';

/** The reader of a mail: the texts of her language, and its formats of amounts, times and lists. */
export interface Reader {
  readonly language: Language;
  readonly messages: Messages;
  /** The sender of the mail. */
  readonly shop: Shop;
  /** An amount in minor units: `€12.50`, `12,50 €`. */
  money(amount: number, currency: string): string;
  /** A time in the shop's time zone, with its name: `22 November 2026 at 23:27 CET`. */
  time(at: string): string;
  /** `Visa •••• 4242 and cash`. */
  list(items: readonly string[]): string;
}

/** Cached, since creating one costs far more than a mail. */
const clocks = new Map<string, ShopTime>();
const lists = new Map<Language, Intl.ListFormat>();

/** Returns the reader of a mail from `shop` in `language`. */
export function readerOf(language: Language, shop: Shop): Reader {
  const key = `${language} ${shop.timeZone}`;
  const clock = clocks.get(key) ?? createShopTime(shop.timeZone, undefined, language);
  clocks.set(key, clock);
  const list = lists.get(language) ?? new Intl.ListFormat(language);
  lists.set(language, list);
  return {
    language,
    messages: messagesIn(language),
    shop,
    money: (amount, currency) => formatAmount(amount, currency, language),
    time: clock.whole,
    list: (items) => list.format(items),
  };
}
