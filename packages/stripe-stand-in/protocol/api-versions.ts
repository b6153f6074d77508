import { API_VERSION } from './call.ts';
import { invalidApiVersion } from './errors.ts';

/** Versions from before they had names, of which client libraries still pin some. */
const UNNAMED = new Set(
  '2017-08-15 2017-12-14 2018-01-23 2018-02-05 2018-02-06 2018-02-28 2018-05-21 2018-07-27 2018-08-23 2018-09-06 2018-09-24 2018-10-31 2018-11-08 2019-02-11 2019-02-19 2019-03-14 2019-05-16 2019-08-14 2019-09-09 2019-10-08 2019-10-17 2019-11-05 2019-12-03 2020-03-02 2020-08-27 2022-08-01 2022-11-15 2023-08-16 2023-10-16 2024-04-10 2024-06-20'.split(
    ' ',
  ),
);

/** Since September 2024 each version has a name, which changes twice a year. */
const NAMED: Readonly<Record<string, string>> = {
  acacia: '2024-09-30 2024-10-28 2024-11-20 2024-12-18 2025-01-27 2025-02-24',
  basil: '2025-03-31 2025-04-30 2025-05-28 2025-06-30 2025-07-30 2025-08-27',
  clover: '2025-09-30 2025-10-29 2025-11-17 2025-12-15 2026-01-28 2026-02-25',
  dahlia: '2026-03-25 2026-04-22 2026-05-27 2026-06-24 2026-07-29 2026-08-26',
  endive: '2026-09-30 2026-10-28',
};

/** Stripe's 400 unless `Stripe-Version` names a version there was. */
export function assertApiVersion(version: string): void {
  const [day = '', name = '', ...rest] = version.split('.');
  const known = name === '' ? UNNAMED.has(day) : (NAMED[name]?.split(' ').includes(day) ?? false);
  if (version !== API_VERSION && (!known || rest.length > 0)) throw invalidApiVersion(version);
}

/** True when the call's `Stripe-Version` is that day's or a later one. */
export function isVersionSince(call: { apiVersion: string }, day: string): boolean {
  return call.apiVersion.slice(0, 10) >= day;
}
