import { CALLER_PATIENCE, MIGRATION_PATIENCE } from './patience.ts';
import {
  createDatabaseIfMissing,
  migrateDatabase,
  openDatabase,
  type Database,
  type DatabaseOptions,
} from './database.ts';
import { catalogDefinition } from './catalog/definition.ts';
import { ordersDefinition } from './orders/definition.ts';
import { usersDefinition } from './users/definition.ts';

/** The URLs of the three databases, on one server or on three. */
export interface DatabaseUrls {
  readonly users: string;
  readonly catalog: string;
  readonly orders: string;
}

/** The three databases. No transaction or foreign key spans them. */
export interface Databases {
  readonly users: Database;
  readonly catalog: Database;
  readonly orders: Database;
  close(): Promise<void>;
}

/** Opens the three databases; connections are made when first used. */
export async function openDatabases(urls: DatabaseUrls, options: DatabaseOptions = {}): Promise<Databases> {
  const [users, catalog, orders] = await Promise.all([
    openDatabase(usersDefinition, urls.users, options),
    openDatabase(catalogDefinition, urls.catalog, options),
    openDatabase(ordersDefinition, urls.orders, options),
  ]);
  return {
    users,
    catalog,
    orders,
    close: async () => {
      await Promise.all([users.close(), catalog.close(), orders.close()]);
    },
  };
}

/** Separate connections to two of the databases, for read-only queries. */
export interface ReadDatabases {
  readonly catalog: Database;
  readonly orders: Database;
  close(): Promise<void>;
}

/** Opens the databases for reading; connections are made when first used. */
export async function openReadDatabases(
  urls: DatabaseUrls,
  { poolSize }: { poolSize: number },
): Promise<ReadDatabases> {
  const options = { poolSize, applicationName: 'sharetab reads', patience: CALLER_PATIENCE };
  const [catalog, orders] = await Promise.all([
    openDatabase(catalogDefinition, urls.catalog, options),
    openDatabase(ordersDefinition, urls.orders, options),
  ]);
  return {
    catalog,
    orders,
    close: async () => {
      await Promise.all([catalog.close(), orders.close()]);
    },
  };
}

/** Creates missing databases and migrates all three. Safe to repeat. */
export async function migrateDatabases(urls: DatabaseUrls): Promise<void> {
  await Promise.all(Object.values(urls).map(createDatabaseIfMissing));
  const databases = await openDatabases(urls, { poolSize: 2, patience: MIGRATION_PATIENCE });
  try {
    await migrateDatabase(databases.users);
    await migrateDatabase(databases.catalog);
    await migrateDatabase(databases.orders);
  } finally {
    await databases.close();
  }
}
