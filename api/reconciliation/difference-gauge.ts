import { Gauge, type Registry } from 'prom-client';
import type { Logger } from 'pino';
import type { Database } from '../../db/database.ts';
import { countOpenDifferences } from '../../db/orders/reconciliation/differences.ts';
import { DIFFERENCE_KINDS } from '../../domain/reconciliation.ts';

/** The Prometheus gauge of open differences by kind, counted on each scrape. */
export function watchDifferences(registry: Registry, orders: Database, logger: Logger): void {
  const gauge: Gauge = new Gauge({
    name: 'sharetab_open_differences',
    help: 'Open differences between our records, Stripe and Temporal, by kind',
    labelNames: ['kind'],
    registers: [registry],
    collect: async () => {
      try {
        const counts = await countOpenDifferences(orders);
        for (const kind of DIFFERENCE_KINDS) gauge.set({ kind }, counts.get(kind) ?? 0);
      } catch (error) {
        // A failed count must not fail the scrape: the other metrics matter most when the database is unavailable.
        logger.warn({ err: error }, 'open differences could not be counted');
        gauge.reset();
      }
    },
  });
}
