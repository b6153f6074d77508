import { sql } from 'kysely';
import { run } from '../db/sql.ts';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccounts } from '../api/people/sign-in/auth.ts';
import { setAvailable } from '../db/catalog/stock/stock.ts';
import { listProducts, readPicture, updateProduct } from '../db/catalog/products/products.ts';
import { openDatabases, type Databases } from '../db/databases.ts';
import { CATALOG } from '../dev/demo/catalog.ts';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '../dev/demo/accounts.ts';
import { loadAccounts } from '../dev/demo/load-accounts.ts';
import { loadSpots, SPOTS } from '../dev/demo/load-spots.ts';
import { loadCatalog, productIdOf } from '../dev/demo/load-catalog.ts';
import { setting } from '../dev/environment.ts';
import { createTestDatabases, type TestDatabases } from './setup/databases.ts';

let test: TestDatabases;
let databases: Databases;

beforeAll(async () => {
  test = await createTestDatabases();
  databases = await openDatabases(test.urls);
});
afterAll(async () => {
  await databases?.close();
  await test?.drop();
});

const listAll = () => listProducts(databases.catalog, { includeInactive: true, limit: 100 });

/** `node dev/demo/load.ts` as `npm start` runs it. */
function runLoad(environment: Record<string, string> = {}) {
  return promisify(execFile)(process.execPath, ['dev/demo/load.ts'], {
    env: {
      PATH: setting('PATH'),
      USERS_DATABASE_URL: test.urls.users,
      CATALOG_DATABASE_URL: test.urls.catalog,
      ORDERS_DATABASE_URL: test.urls.orders,
      STRIPE_SECRET_KEY: 'sk_test_1',
      STRIPE_PUBLISHABLE_KEY: 'pk_test_1',
      STRIPE_WEBHOOK_SECRET: 'whsec_1',
      APP_SECRET: 'a'.repeat(32),
      ...environment,
    },
  });
}

describe('demo data', () => {
  it('refuses to be loaded in production', async () => {
    const fit = {
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://order.shop.example.com',
      APP_SECRET: randomBytes(32).toString('hex'),
      MAIL_FROM: 'orders@shop.example.com',
    };
    await expect(runLoad(fit)).rejects.toThrow('not for production');
    expect(await listAll()).toEqual([]);
  });

  it('brings the menu in its order, with pictures, prices and stock', async () => {
    const { stdout } = await runLoad();
    expect(stdout).toContain(
      `${CATALOG.length} products, ${SPOTS.length} spots and ${DEMO_ACCOUNTS.length} accounts added`,
    );
    const products = await listAll();
    expect(products.map((product) => product.name)).toEqual(CATALOG.map((product) => product.name));
    for (const [index, product] of products.entries()) {
      const { variants, optionGroups } = CATALOG[index]!;
      expect(product.variants).toMatchObject(variants.map((variant) => ({ ...variant, currency: 'eur' })));
      expect(product.optionGroups).toMatchObject(optionGroups);
      const sha256 = /^\/api\/images\/(\w{64})\.webp$/.exec(product.imageUrl ?? '')?.[1];
      expect((await readPicture(databases.catalog, sha256!))?.subarray(8, 12).toString()).toBe('WEBP');
    }
  });

  it('leaves what agents have changed as it is when it is loaded again', async () => {
    const id = productIdOf('espresso');
    const [before] = await listAll();
    expect(before!.id).toBe(id);
    await updateProduct(
      databases.catalog,
      id,
      { name: 'House espresso', active: false },
      { currency: 'eur' },
    );
    await setAvailable(databases.catalog, before!.variants[0]!.id, 7);
    const changed = await listAll();
    expect(await loadCatalog(databases.catalog, 'eur')).toBe(0);
    expect(await loadSpots(databases.catalog)).toBe(0);
    expect(await loadAccounts(databases.users)).toBe(0);
    expect(await listAll()).toEqual(changed);
  });

  it('mends a product whose load was interrupted before it had its picture', async () => {
    const id = productIdOf('flat-white');
    await run(
      databases.catalog.em.fork(),
      sql`update products set picture = null, version = 1 where id = ${id}`,
    );
    expect(await loadCatalog(databases.catalog, 'eur')).toBe(0);
    expect((await listAll()).find((product) => product.id === id)!.imageUrl).not.toBeNull();
  });

  it('lets every demo account sign in with its role', async () => {
    const publicUrl = 'http://localhost:3000';
    const accounts = await createAccounts({
      usersUrl: test.urls.users,
      publicUrl,
      origins: () => [publicUrl],
      secrets: ['s'.repeat(32)],
      mailer: { send: () => Promise.resolve(), assertTakesMails: () => Promise.resolve() },
      logger: pino({ level: 'silent' }),
    });
    for (const { email, role, name } of DEMO_ACCOUNTS) {
      const answer = await accounts.handle(
        new Request(`${publicUrl}/api/auth/sign-in/email`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: publicUrl },
          body: JSON.stringify({ email, password: DEMO_PASSWORD }),
        }),
      );
      expect(answer.status).toBe(200);
      const cookie = answer.headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .join('; ');
      expect(await accounts.readSession(cookie)).toMatchObject({ email, role, name, emailVerified: true });
    }
    await accounts.close();
  });
});
