/** A TCP proxy between a browser and a server that can drop all packets without closing connections. */

import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

export interface SwallowingProxy {
  readonly port: number;
  /** Starts or stops dropping packets, in both directions, on existing and new connections. */
  swallow(isSwallowing: boolean): void;
  stop(): Promise<void>;
}

/** Starts it. `target` is called for each connection, since a server may start later than the proxy. */
export async function startSwallowingProxy(target: () => number): Promise<SwallowingProxy> {
  const sockets = new Set<Socket>();
  let isSwallowing = false;
  const pass = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.on('data', (data) => {
      if (!isSwallowing) to.write(data);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      if (!isSwallowing) to.destroy();
    });
  };
  const server = createServer((client) => {
    const upstream = connect(target(), '127.0.0.1');
    pass(client, upstream);
    pass(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    swallow: (next) => {
      isSwallowing = next;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
