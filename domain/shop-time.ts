/** Formats times for mails and pages: in the shop's time zone, wherever the reader is. */

/** The shop's clock in words. Times are given as ISO 8601. */
export interface ShopTime {
  /** A time of day: `12:29`. */
  time(at: string): string;
  /** A time of day with seconds, where the sequence matters: `12:29:05`. */
  second(at: string): string;
  /** The shortest unambiguous form: `Today, 12:29`, `22 Nov, 12:29`, `22 Nov 2025, 12:29`. */
  moment(at: string, now: Date): string;
  /** Date and time in full, always with the zone, for documents: `25 November 2026 at 12:29 CET`. */
  whole(at: string): string;
  /** The hour of the day, from 0 to 23. */
  hour(now: Date): number;
  /** Whether both are on the same day in the shop's time zone. */
  isSameDay(at: string, now: Date): boolean;
}

/** English times use the most widespread format: day first, 24 hours. */
const localeOf = (language: string) => (language === 'en' ? 'en-GB' : language);

/**
 * Returns the clock of a shop in `timeZone`, in `language`. If the reader's clock differs at that moment, every time
 * names its zone: `12:29 CET`. Without `readerZone` only `whole` does.
 */
export function createShopTime(timeZone: string, readerZone?: string, language = 'en'): ShopTime {
  const locale = localeOf(language);
  const format = (options: Intl.DateTimeFormatOptions) => {
    const made = new Intl.DateTimeFormat(locale, { ...options, timeZone });
    return (date: Date) => made.format(date);
  };
  const time = format({ timeStyle: 'short' });
  const second = format({ timeStyle: 'medium' });
  const day = format({ dateStyle: 'short' });
  const year = format({ year: 'numeric' });
  const hour = new Intl.DateTimeFormat('en', { hour: '2-digit', hourCycle: 'h23', timeZone });
  const thisYear = format({ day: 'numeric', month: 'short' });
  const anyYear = format({ day: 'numeric', month: 'short', year: 'numeric' });
  const whole = format({ dateStyle: 'long', timeStyle: 'short' });
  const zone = zoneReader(timeZone, 'short', locale);
  const offset = zoneReader(timeZone, 'longOffset', locale);
  const readerOffset = readerZone === undefined ? offset : zoneReader(readerZone, 'longOffset', locale);

  const today = capital(new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(0, 'day'));

  const isSameDay = (at: string, now: Date) => day(new Date(at)) === day(now);
  const named = (text: string, date: Date) =>
    offset(date) === readerOffset(date) ? text : `${text} ${zone(date)}`;
  const dayOf = (date: Date, now: Date) => {
    if (day(date) === day(now)) return today;
    return year(date) === year(now) ? thisYear(date) : anyYear(date);
  };
  return {
    time: (at) => named(time(new Date(at)), new Date(at)),
    second: (at) => named(second(new Date(at)), new Date(at)),
    moment: (at, now) => {
      const date = new Date(at);
      return named(`${dayOf(date, now)}, ${time(date)}`, date);
    },
    whole: (at) => `${whole(new Date(at))} ${zone(new Date(at))}`,
    hour: (now) => Number(hour.format(now)),
    isSameDay,
  };
}

function capital(text: string): string {
  return text.slice(0, 1).toLocaleUpperCase() + text.slice(1);
}

function zoneReader(
  timeZone: string,
  timeZoneName: 'short' | 'longOffset',
  locale: string,
): (date: Date) => string {
  const made = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName });
  return (date) => made.formatToParts(date).find(({ type }) => type === 'timeZoneName')!.value;
}
