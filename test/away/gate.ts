/** A door between the product and one of its servers, that can be shut in the ways in which networks and servers fail. */

import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Gate {
  /** URL of the server by way of this door. */
  readonly url: string;
  /** All is well again. */
  open(): Promise<void>;
  /** Nothing comes through any more, and nobody is told: as of a frozen server, or a network that lost the way. */
  freeze(): void;
  /** Connections break, and new ones are refused. */
  shut(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens a door on a free port to the server of `url`. */
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
