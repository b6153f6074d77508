/** The mail sink's process: `node dev/mail-main.ts <smtp port> <ui port> <folder>`. See mail.ts. */

import { MailDev } from 'maildev';

const [smtpPort, uiPort, folder = ''] = process.argv.slice(2);

const sink = new MailDev({
  smtp: Number(smtpPort),
  ip: '127.0.0.1',
  web: Number(uiPort),
  webIp: '127.0.0.1',
  mailDirectory: folder,
  maxEmails: 1_000,
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void sink.stop().finally(() => process.exit()));
}

await sink.start();
