/** A TCP proxy between the product and one of its servers. It can fail as networks and servers do. */

import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Gate {
  /** URL of the server through this proxy. */
  readonly url: string;
  /** Lets traffic through again. */
  open(): Promise<void>;
  /** Drops all traffic without closing connections, like a frozen server or a broken network. */
  freeze(): void;
  /** Closes all connections and refuses new ones. */
  shut(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a proxy on a free port to the server of `url`. */
export async function openGate(url: string): Promise<Gate> {
  const target = new URL(url);
  const pairs = new Set<readonly [Socket, Socket]>();
  let isFrozen = false;
  let port = 0;
  let server: Server | undefined;

  const attend = (caller: Socket) => {
    const called = connect(Number(target.port), target.hostname);
    const pair = [caller, called] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      for (const each of pair) each.destroy();
    };
    for (const [from, to] of [pair, [called, caller] as const]) {
      if (isFrozen) from.pause();
      from.on('data', (chunk: Buffer) => to.write(chunk));
      if (isFrozen) from.pause();
      from.on('error', end);
      from.on('close', end);
    }
  };
  const open = async () => {
    isFrozen = false;
    for (const pair of pairs) for (const each of pair) each.resume();
    if (server) return;
    const opening = createServer(attend);
    await new Promise<void>((resolve) => opening.listen(port, '127.0.0.1', resolve));
    port = (opening.address() as AddressInfo).port;
    server = opening;
  };
  const shut = async () => {
    const closing = server;
    server = undefined;
    const closed = new Promise<void>((resolve) => (closing ? closing.close(() => resolve()) : resolve()));
    for (const pair of pairs) for (const each of pair) each.destroy();
    await closed;
  };
  await open();
  return {
    url: Object.assign(new URL(url), { port: String(port) }).href,
    open,
    freeze: () => {
      isFrozen = true;
      for (const pair of pairs) for (const each of pair) each.pause();
    },
    shut,
    stop: shut,
  };
}
