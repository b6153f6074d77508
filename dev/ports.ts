/** Finding TCP ports on the loopback address. */

import { connect, createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** Resolves to a port nobody listens on, chosen by the operating system. It is free now, not reserved. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, LOOPBACK, () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** Whether somebody accepts connections there. */
function isAnswered(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const settle = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, LOOPBACK, () => server.close(() => resolve(true)));
  });
}

/**
 * Whether we could listen on the port, and nobody else would get its callers: on some systems 127.0.0.1 can be
 * bound while another program has the port on all addresses, and `localhost` may mean ::1.
 */
export async function isPortFree(port: number): Promise<boolean> {
  const answered = await Promise.all([isAnswered(LOOPBACK, port), isAnswered('::1', port)]);
  return !answered.includes(true) && (await canListen(port));
}

/**
 * The preferred port, or the next free one above it when it is taken or in `reserved`; the port found is added to
 * `reserved`, so that one plan never gives a port away twice.
 */
export async function findPort(preferred: number, reserved: Set<number> = new Set()): Promise<number> {
  for (let port = preferred; port < Math.min(preferred + 200, 65_536); port += 1) {
    if (reserved.has(port) || !(await isPortFree(port))) continue;
    reserved.add(port);
    return port;
  }
  throw new Error(`Ports ${preferred} to ${preferred + 199} of 127.0.0.1 are all taken.`);
}
