const time = new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' });
const second = new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit', second: '2-digit' });
const thisYear = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });
const anyYear = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', year: 'numeric' });

/** A time of day: "12:29 PM". `at` is ISO 8601. */
export function timeText(at: string): string {
  return time.format(new Date(at));
}

/** A time of day to the second, where the order of things matters: "12:29:05 PM". */
export function secondText(at: string): string {
  return second.format(new Date(at));
}

const whole = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short' });

/** Date and time in full, as a document has them: "November 25, 2026 at 12:29 PM". */
export function dateText(at: string): string {
  return whole.format(new Date(at));
}

/** A moment as short as it stays clear: "Today, 12:29 PM", "Nov 22, 12:29 PM", "Nov 22, 2025, 12:29 PM". */
export function momentText(at: string, now = new Date()): string {
  const date = new Date(at);
  if (date.toDateString() === now.toDateString()) return `Today, ${time.format(date)}`;
  const day = date.getFullYear() === now.getFullYear() ? thisYear : anyYear;
  return `${day.format(date)}, ${time.format(date)}`;
}
