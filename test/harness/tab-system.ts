/** The product with a menu for groups at tabs, and all that it logs. */

import { sql } from 'kysely';
import { expect } from 'vitest';
import { createLogger } from '../../api/http/logger.ts';
import { query } from '../../db/sql.ts';
import { addProduct } from '../setup/menu.ts';
import { startSystem, type System } from './system.ts';

export interface TabSystem {
  readonly system: System;
  /** Variants at 3.50, 6.00 and 10.00, of which there are many; `rare` is at 10.00, too, and there are two of it. */
  readonly menu: Readonly<Record<'tea' | 'steak' | 'pizza' | 'rare', string>>;
  /** Expects that no log line and no event of a tab has one of these words or the code or secret of a tab. */
  expectUntold(...words: readonly string[]): Promise<void>;
}

export async function startTabSystem(): Promise<TabSystem> {
  let logs = '';
  const destination = { write: (line: string) => void (logs += line) };
  const system = await startSystem({
    logger: createLogger({ level: 'trace', destination }),
    environment: { TRUST_PROXY: '127.0.0.0/8,::1' },
  });
  const add = async (name: string, unitAmount: number, available = 1000) =>
    (await addProduct(system.databases, { name, variants: [{ name: 'Regular', unitAmount, available }] }))
      .variants[0]!.id;
  return {
    system,
    menu: {
      tea: await add('Tea', 350),
      steak: await add('Steak', 600),
      pizza: await add('Pizza', 1000),
      rare: await add('Truffles', 1000, 2),
    },
    expectUntold: async (...words) => {
      const [row] = await query<{ codes: string[]; events: string }>(
        system.databases.orders.em.fork(),
        sql`select (select array_agg(join_code) || array_agg(join_secret) from tabs where join_code is not null) as codes,
             (select string_agg(data::text, '') from tab_events) as events`,
      );
      expect(row!.codes.length).toBeGreaterThan(10);
      for (const word of [...row!.codes, ...words])
        for (const text of [logs, row!.events]) expect(text.includes(word), word).toBe(false);
    },
  };
}
