/** The mail sink: an SMTP server that delivers nothing, with a page of the received mails. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './environment.ts';
import type { Watch } from './guard.ts';
import { startProcess, type ProcessMark, type StartedProcess } from './processes.ts';
import { untilAnswered } from './wait.ts';

/** A running mail sink. */
export interface MailSink {
  /** For SMTP_URL. */
  readonly smtpUrl: string;
  /** The page of mails; GET `/api/email` below it responds with them as JSON, newest last. */
  readonly uiUrl: string;
  readonly mark: ProcessMark;
  readonly process: StartedProcess;
  /** Resolves when it has ended; mails in its folder stay. Idempotent. */
  stop(): Promise<void>;
}

/** Loopback ports of the mail sink, and its folder for the newest thousand mails. */
export interface MailSinkOptions {
  readonly smtpPort: number;
  readonly uiPort: number;
  readonly folder: string;
  readonly logFile: string;
  /** Ends the server when this process dies without doing so. */
  readonly guard?: Watch;
}

/** Starts the mail sink and resolves when it accepts mails. */
export async function startMailSink({
  smtpPort,
  uiPort,
  folder,
  logFile,
  guard,
}: MailSinkOptions): Promise<MailSink> {
  const script = fileURLToPath(new URL('mail-main.ts', import.meta.url));
  const sink = await startProcess({
    name: 'mail sink',
    command: process.execPath,
    args: [script, String(smtpPort), String(uiPort), folder],
    logFile,
    env: childEnvironment({ NODE_COMPILE_CACHE: join(folder, '..', 'compile-cache') }),
    guard,
  });
  const uiUrl = `http://127.0.0.1:${uiPort}`;
  await untilAnswered(`${uiUrl}/api/healthz`, sink);
  return {
    smtpUrl: `smtp://127.0.0.1:${smtpPort}`,
    uiUrl,
    mark: sink.mark,
    process: sink,
    stop: () => sink.stop(),
  };
}
