/** Finds TCP ports on the loopback address. */

import { connect, createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** Resolves with a free port chosen by the operating system. It is not reserved. */
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

/** Returns whether the port accepts connections. */
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
 * Returns whether this process could listen on the port and get all its connections: on some systems 127.0.0.1 can be
 * bound while another program has the port on all addresses, and `localhost` may mean ::1.
 */
export async function isPortFree(port: number): Promise<boolean> {
  const answered = await Promise.all([isAnswered(LOOPBACK, port), isAnswered('::1', port)]);
  return !answered.includes(true) && (await canListen(port));
}

/**
 * Returns the preferred port, or the next free one above it if it is taken or in `reserved`. Adds the port to
 * `reserved`, so that one plan never uses a port twice.
 */
export async function findPort(preferred: number, reserved: Set<number> = new Set()): Promise<number> {
  for (let port = preferred; port < Math.min(preferred + 200, 65_536); port += 1) {
    if (reserved.has(port) || !(await isPortFree(port))) continue;
    reserved.add(port);
    return port;
  }
  throw new Error(`Ports ${preferred} to ${preferred + 199} of 127.0.0.1 are all taken.`);
}
