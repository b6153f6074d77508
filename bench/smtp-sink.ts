/**
 * A mail server that accepts everything and stores only recipients and subjects: `node bench/smtp-sink.ts <smtp port>
 * <http port> <file>`. GET / responds with `[{ messageId, to, subject }]`, oldest first. A mail is in the file before
 * it is acknowledged, so the server may be killed and restarted.
 */

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { SMTPServer } from 'smtp-server';

/** One accepted mail. */
export interface SunkMail {
  readonly messageId: string;
  readonly to: readonly string[];
  readonly subject: string;
}

const [smtpPort, httpPort, file = ''] = process.argv.slice(2);
const mails = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).map(read) : [];

function read(line: string): SunkMail {
  return JSON.parse(line) as SunkMail;
}

const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  logger: false,
  onData(stream, session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const source = Buffer.concat(chunks).toString('latin1');
      const [, messageId = ''] = /^Message-ID:\s*(\S+)/im.exec(source) ?? [];
      const [, subject = ''] = /^Subject:\s*(.*)/im.exec(source) ?? [];
      const mail = { messageId, to: session.envelope.rcptTo.map(({ address }) => address), subject };
      appendFileSync(file, `${JSON.stringify(mail)}\n`);
      mails.push(mail);
      done();
    });
  },
});
// A sender may disconnect in the middle.
smtp.on('error', () => undefined);
smtp.listen(Number(smtpPort), '127.0.0.1');

const http = createServer((_request, response) => {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(mails));
}).listen(Number(httpPort), '127.0.0.1');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    http.close();
    smtp.close(() => process.exit());
  });
}
