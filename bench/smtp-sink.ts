/**
 * A mail server that takes everything and keeps nothing but who got which mail:
 * `node bench/smtp-sink.ts <smtp port> <http port>`; GET / answers `[{ messageId, to }]`, oldest first.
 */

import { createServer } from 'node:http';
import { SMTPServer } from 'smtp-server';

/** One accepted mail. */
export interface SunkMail {
  readonly messageId: string;
  readonly to: readonly string[];
}

const [smtpPort, httpPort] = process.argv.slice(2).map(Number);
const mails: SunkMail[] = [];

const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  logger: false,
  onData(stream, session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const [, messageId = ''] =
        /^Message-ID:\s*(\S+)/im.exec(Buffer.concat(chunks).toString('latin1')) ?? [];
      mails.push({ messageId, to: session.envelope.rcptTo.map(({ address }) => address) });
      done();
    });
  },
});
// A sender that goes away in the middle is not our trouble.
smtp.on('error', () => undefined);
smtp.listen(smtpPort, '127.0.0.1');

const http = createServer((_request, response) => {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(mails));
}).listen(httpPort, '127.0.0.1');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    http.close();
    smtp.close(() => process.exit());
  });
}
