/** `GET /metrics` for Prometheus, on a separate port: no path of the shop exposes operators' data. */

import { createServer } from 'node:http';
import type { Registry } from 'prom-client';
import { listen } from '../http/listen.ts';

export interface MetricsServer {
  /** The port it listens on, also if the configured port is 0. */
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts the server. It needs no authentication and contains no personal data. */
export async function startMetricsServer(
  registry: Registry,
  { host, port }: { host: string; port: number },
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  return {
    port: await listen(server, { host, port }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
