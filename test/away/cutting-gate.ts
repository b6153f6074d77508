/** A proxy to PostgreSQL behind which a process is cut off at a given step, as one that is killed is. */

import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createMessageReader, isIdle } from './postgres-messages.ts';

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
    const read = createMessageReader();
    for (const [from, to] of [[caller, called] as const, [called, caller] as const]) {
      sockets.add(from);
      from.on('data', (chunk: Buffer) => {
        if (from === called) left -= read(chunk).filter(isIdle).length;
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
