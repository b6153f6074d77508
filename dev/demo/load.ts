/**
 * Loads the demo catalog, spots and accounts into migrated databases: `node dev/demo/load.ts`. Idempotent: it adds what
 * is missing and never overwrites changes. Refuses with NODE_ENV=production, because the password of its accounts is
 * public.
 */

import { readConfig } from '../../config.ts';
import { createSettings } from '../../db/catalog/shop/settings.ts';
import { openDatabases } from '../../db/databases.ts';
import { loadEnvironmentFile } from '../environment.ts';
import { loadAccounts } from './load-accounts.ts';
import { loadCatalog } from './load-catalog.ts';
import { loadSpots } from './load-spots.ts';

/** The demo shop shows both ways to settle; a new shop has everybody pay before, until it decides otherwise. */
const DEMO_OFFERS = { tabsAtTables: 'both', tabsAtLanes: 'both', tabsElsewhere: 'both' } as const;

loadEnvironmentFile();
const config = readConfig();
if (config.production) throw new Error('demo data are not for production: their password is public');
const databases = await openDatabases(config.databases, { poolSize: 2 });
try {
  const { currency } = await createSettings(databases.catalog, {
    ...config.firstSettings,
    ...DEMO_OFFERS,
  }).read();
  const products = await loadCatalog(databases.catalog, currency);
  const spots = await loadSpots(databases.catalog);
  const accounts = await loadAccounts(databases.users);
  console.log(`Demo data: ${products} products, ${spots} spots and ${accounts} accounts added`);
} finally {
  await databases.close();
}
