/** The messages of PostgreSQL's wire protocol, as a proxy sees them pass. */

export interface Message {
  /** Its letter; empty for a client's first message, which has none. */
  readonly type: string;
  /** All of it, as it was sent. */
  readonly bytes: Buffer;
  /** What follows its type and its length. */
  readonly content: Buffer;
}

/** Returns a function that splits a stream, given in chunks, into its messages. */
export function createMessageReader({ isClient = false } = {}): (chunk: Buffer) => Message[] {
  let rest = Buffer.alloc(0);
  let isFirst = isClient;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const messages: Message[] = [];
    for (;;) {
      // A message is its type, its length without the type, and its content.
      const head = isFirst ? 0 : 1;
      if (rest.length < head + 4) return messages;
      const end = head + rest.readInt32BE(head);
      if (rest.length < end) return messages;
      const bytes = rest.subarray(0, end);
      const type = isFirst ? '' : String.fromCharCode(bytes[0]!);
      messages.push({ type, bytes, content: bytes.subarray(head + 4) });
      rest = rest.subarray(end);
      isFirst = false;
    }
  };
}

/** The server waits for the next statement, and no transaction is open. */
export function isIdle({ type, content }: Message): boolean {
  return type === 'Z' && content[0] === 'I'.charCodeAt(0);
}
