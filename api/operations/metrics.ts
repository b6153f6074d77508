import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Prometheus metrics, with one registry per API so that several can run in one process. */
export interface Metrics {
  readonly registry: Registry;
  countRequest(request: { method: string; route: string; status: number; seconds: number }): void;
  /** Counts an order placed through this API, by its response. */
  countOrder(outcome: 'accepted' | 'out_of_stock' | 'too_late' | 'unanswered'): void;
  /** Counts events sent to sockets, with the delay since they were written. */
  observeDelivery(seconds: number): void;
  setSockets(count: number): void;
  /** Counts a socket cut because it did not read. */
  countCutSocket(): void;
}

/** Creates the registry with Node's metrics and ours. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'sharetab_http_request_seconds',
    help: 'Duration of HTTP requests by method, route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const orders = new Counter({
    name: 'sharetab_orders_placed_total',
    help: 'Orders placed, by how they were answered',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const delivery = new Histogram({
    name: 'sharetab_event_delivery_seconds',
    help: 'Time from an event being written to it being sent to a socket',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers: [registry],
  });
  const sockets = new Gauge({
    name: 'sharetab_sockets',
    help: 'Connected sockets',
    registers: [registry],
  });
  const cut = new Counter({
    name: 'sharetab_sockets_cut_total',
    help: 'Sockets cut because they did not read',
    registers: [registry],
  });
  return {
    registry,
    countRequest: ({ method, route, status, seconds }) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    countOrder: (outcome) => orders.inc({ outcome }),
    observeDelivery: (seconds) => delivery.observe(seconds),
    setSockets: (count) => sockets.set(count),
    countCutSocket: () => cut.inc(),
  };
}
