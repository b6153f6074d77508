/** A mail server whose responses a test scripts, and that can be down for a while. */

import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { ReceivedMail } from '../invariants/facts.ts';

/** The server's response when it rejects a mail. */
export interface Refusal {
  readonly code: number;
  readonly message: string;
  /** The mail is kept anyway, as by a server whose response is lost. */
  readonly kept?: boolean;
}

export interface MailServer {
  readonly url: string;
  /** Every accepted mail, oldest first. */
  readonly mails: readonly (ReceivedMail & { readonly source: string })[];
  /** Calls the function for each mail from now on; undefined accepts the mail. */
  answerWith(script: ((mail: ReceivedMail) => Refusal | undefined) | undefined): void;
  /** Stops listening. */
  die(): Promise<void>;
  /** Listens again, on the same port. */
  live(): Promise<void>;
}

/** Listens on a free port of the loopback address. */
export async function startMailServer(): Promise<MailServer> {
  const mails: MailServer['mails'][number][] = [];
  let script: Parameters<MailServer['answerWith']>[0];
  let server: SMTPServer | undefined;
  let port = 0;

  const take = (source: string, to: readonly string[]): Refusal | undefined => {
    const mail = {
      to,
      messageId: headerOf(source, 'Message-ID'),
      subject: headerOf(source, 'Subject'),
      source,
    };
    const refusal = script?.(mail);
    if (!refusal || refusal.kept) mails.push(mail);
    return refusal;
  };
  const live = async () => {
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      closeTimeout: 200,
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          const refusal = take(Buffer.concat(chunks).toString('utf8'), to);
          if (refusal) done(Object.assign(new Error(refusal.message), { responseCode: refusal.code }));
          else done();
        });
      },
    });
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server!.listen(port, '127.0.0.1', resolve));
    port = (server.server.address() as AddressInfo).port;
  };
  await live();
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    answerWith: (wanted) => {
      script = wanted;
    },
    die: async () => {
      const dying = server;
      server = undefined;
      if (dying) await new Promise<void>((resolve) => dying.close(resolve));
    },
    live,
  };
}

function headerOf(source: string, name: string): string {
  const head = source.slice(0, source.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  return new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
}
