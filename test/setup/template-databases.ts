import type { DatabaseUrls } from '../../db/databases.ts';

/** The three databases of that name on a server: `users_<name>`, and so on. */
export function namedUrls(serverUrl: string, name: string): DatabaseUrls {
  const url = (database: string) =>
    Object.assign(new URL(serverUrl), { pathname: `/${database}_${name}` }).href;
  return { users: url('users'), catalog: url('catalog'), orders: url('orders') };
}

/** The migrated, empty databases that those of every test file are copied from. */
export function templateUrls(serverUrl: string): DatabaseUrls {
  return namedUrls(serverUrl, 'template');
}
