import { randomUUID } from 'node:crypto';
import type { Reply, Visitor } from './visitor.ts';

/** Asks as a page does: again with the same key, while a busy machine asks to. */
export async function patiently(
  who: Visitor,
  method: string,
  path: string,
  body?: unknown,
  key: string = randomUUID(),
): Promise<Reply<any>> {
  const options = { ...(body !== undefined && { body }), ...(method === 'POST' && { key }) };
  for (let tries = 1; ; tries += 1) {
    const reply = await who.call<any>(method, path, options);
    if (reply.status !== 503 || tries === 10) return reply;
  }
}
