/** A proxy to PostgreSQL that tells of every transaction that writes, as it is about to be committed. */

import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createMessageReader, isIdle, type Message } from '../away/postgres-messages.ts';
import type { Halt } from './effects.ts';

export interface Tap {
  /** URL of the server through this proxy. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Tells of an effect, and of the ids in it; resolves with undefined if it is to go on. */
export type Tell = (what: string, ids: readonly string[]) => Promise<Halt | undefined>;

/** Starts one on a free port to the database of `url`. */
export async function openPostgresTap(url: string, tell: Tell): Promise<Tap> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const called = connect(Number(target.port), target.hostname);
    for (const [one, other] of [[client, called] as const, [called, client] as const]) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    pass(client, called, tell);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: Object.assign(new URL(url), { port: String(port) }).href,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Passes everything on, until a halt; then nothing more, in either direction. */
function pass(client: Socket, server: Socket, tell: Tell): void {
  const sent = createMessageReader({ isClient: true });
  const answered = createMessageReader();
  const reader = createTransactionReader();
  let last = Promise.resolve();
  let isHalted = false;
  let onDone: (() => void) | undefined;
  client.on('data', (chunk: Buffer) => {
    last = last.then(async () => {
      for (const message of sent(chunk)) {
        if (isHalted) return;
        const effect = reader.note(message);
        const halt = effect && (await tell(effect.what, effect.ids));
        if (halt?.moment === 'before') {
          isHalted = true;
          halt.reached();
          return;
        }
        if (halt) onDone = halt.reached;
        server.write(message.bytes);
      }
    });
  });
  server.on('data', (chunk: Buffer) => {
    const isOver = answered(chunk).filter(isIdle).length > 0;
    if (isOver) reader.end();
    if (isHalted) return;
    if (onDone === undefined) return void client.write(chunk);
    if (!isOver) return;
    isHalted = true;
    onDone();
  });
}

interface Written {
  readonly what: string;
  readonly ids: readonly string[];
}

/** Collects what the statements of a connection write. */
function createTransactionReader() {
  const statements = new Map<string, string>();
  let isOpen = false;
  const writes = new Set<string>();
  const ids = new Set<string>();

  /** Returns what is written with this statement, if it is the end of it. */
  function run(text: string, content: Buffer): Written | undefined {
    for (const [id] of content.toString('latin1').matchAll(IDS)) ids.add(id);
    if (/^\s*(begin|start transaction)/i.test(text)) {
      isOpen = true;
      return undefined;
    }
    for (const [, verb, table] of text.matchAll(WRITES)) writes.add(`${verb!.split(' ')[0]} ${table}`);
    const isEnd = isOpen ? /^\s*commit/i.test(text) : true;
    if (!isEnd || writes.size === 0) return undefined;
    return { what: [...writes].join(', '), ids: [...ids] };
  }

  return {
    /** Notes a message of the client; returns what it commits, if it does. */
    note: ({ type, content }: Message): Written | undefined => {
      if (type === 'Q') return run(textAt(content, 0), content);
      if (type === 'P') {
        const name = textAt(content, 0);
        statements.set(name, textAt(content, Buffer.byteLength(name) + 1));
      }
      if (type !== 'B') return undefined;
      const portal = textAt(content, 0);
      const name = textAt(content, Buffer.byteLength(portal) + 1);
      return run(statements.get(name) ?? '', content);
    },
    /** The server waits for the next statement, outside a transaction. */
    end: () => {
      isOpen = false;
      writes.clear();
      ids.clear();
    },
  };
}

/** Returns the text that ends with a zero. */
function textAt(content: Buffer, start: number): string {
  return content.toString('utf8', start, content.indexOf(0, start));
}

const IDS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const WRITES = /\b(insert into|update|delete from)\s+"?(?!of\b|skip\b|nowait\b|set\b)([a-z_]+)"?/gi;
