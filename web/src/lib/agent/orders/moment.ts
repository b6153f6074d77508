/** Moments as agents read them: the time alone today, the day besides on another. */

/** `14:05`, `21 Nov, 14:05`, or with the year when it is another. `now` is in milliseconds. */
export function momentText(at: string, now: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const date = new Date(at);
  const day = (moment: Date | number) =>
    new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', ...zone }).format(moment);
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', ...zone }).format(date);
  if (day(date) === day(now)) return time;
  const year = day(date).slice(0, 4) === day(now).slice(0, 4) ? {} : ({ year: 'numeric' } as const);
  const dayText = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    ...year,
    ...zone,
  }).format(date);
  return `${dayText}, ${time}`;
}

/** `14:05:09`: for histories, where the order of things within a minute matters. */
export function secondText(at: string, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  return new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', ...zone }).format(new Date(at));
}
