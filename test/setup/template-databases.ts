import type { DatabaseUrls } from '../../db/databases.ts';

/** URLs of the three databases with that name on a server: `users_<name>`, and so on. */
export function namedUrls(serverUrl: string, name: string): DatabaseUrls {
  const url = (database: string) =>
    Object.assign(new URL(serverUrl), { pathname: `/${database}_${name}` }).href;
  return { users: url('users'), catalog: url('catalog'), orders: url('orders') };
}

/** The migrated, empty databases from which each test file's databases are copied. */
export function templateUrls(serverUrl: string): DatabaseUrls {
  return namedUrls(serverUrl, 'template');
}
