/** A proxy to PostgreSQL behind which a process is cut off at a given step, as one that is killed is. */

import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface CuttingGate {
  /** URL of the database through this proxy. */
  readonly url: string;
  /**
   * Cuts all connections, and refuses new ones, in place of the `step`-th answer from now on that leaves no transaction
   * open: what was asked for is done, and nobody hears of it. Resolves once it is cut.
   */
  cutAt(step: number): Promise<void>;
  /** Lets everything through again. */
  open(): Promise<void>;
  stop(): Promise<void>;
}

/** The message with which the server says that it waits for the next statement, and its state without a transaction. */
const READY = 'Z'.charCodeAt(0);
const IDLE = 'I'.charCodeAt(0);

/** Starts one on a free port to the database of `url`. */
export async function openCuttingGate(url: string): Promise<CuttingGate> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let left = Infinity;
  let onCut = (): void => undefined;
  let port = 0;
  let server: Server | undefined;

  const attend = (caller: Socket) => {
    const called = connect(Number(target.port), target.hostname);
    const count = countIdle();
    for (const [from, to] of [[caller, called] as const, [called, caller] as const]) {
      sockets.add(from);
      from.on('data', (chunk: Buffer) => {
        if (from === called) left -= count(chunk);
        if (left > 0) to.write(chunk);
        else cut();
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  };
  const cut = () => {
    server?.close();
    server = undefined;
    for (const socket of sockets) socket.destroy();
    onCut();
  };
  const open = async () => {
    left = Infinity;
    if (server) return;
    const opening = createServer(attend);
    await new Promise<void>((resolve) => opening.listen(port, '127.0.0.1', resolve));
    port = (opening.address() as AddressInfo).port;
    server = opening;
  };
  await open();
  return {
    url: Object.assign(new URL(url), { port: String(port) }).href,
    cutAt: (step) =>
      new Promise((resolve) => {
        onCut = resolve;
        left = step;
      }),
    open,
    stop: async () => cut(),
  };
}

/** Returns a function that counts in a server's stream, given in chunks, how often it is ready without a transaction. */
function countIdle(): (chunk: Buffer) => number {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    let count = 0;
    // A message is its type, its length without the type, and its content.
    for (let length; rest.length >= 5 && rest.length > (length = rest.readInt32BE(1));) {
      if (rest[0] === READY && rest[5] === IDLE) count += 1;
      rest = rest.subarray(length + 1);
    }
    return count;
  };
}
