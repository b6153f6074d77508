import { createTransport } from 'nodemailer';
import { createPace, type Pace } from '../operations/pace.ts';

/** A mail and its one recipient. */
export interface OutgoingMail {
  /** A bare address, no name and no list. */
  readonly to: string;
  /** BCP 47 tag of the language that it is written in. */
  readonly language: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** `<id@host>`; the same for every try of the same mail, so that a duplicate can be told. */
  readonly messageId: string;
}

export interface Mailer {
  /**
   * Resolves once the server has accepted the mail. Rejects with nodemailer's error as it is (`responseCode`
   * holds the server's reply, if there was one); then the mail may be sent again. Never tries again by itself
   * after the server was given the mail.
   */
  send(mail: OutgoingMail): Promise<void>;
  /** Milliseconds after which a mail is sent or has failed, whatever the server does. */
  readonly longestMs: number;
  /** Whether the server takes mails quickly; if not, nobody should wait for the next. */
  readonly isQuick: Pace['isQuick'];
  /** Ends the connections; a mail on its way is finished first. */
  close(): void;
}

interface MailerOptions {
  /** `smtp://user:password@host:port`, or `smtps://`; further options of nodemailer as its query. */
  readonly smtpUrl: string;
  /** `Name <address>`. */
  readonly from: string;
  /** Milliseconds that connecting, greeting and every reply may take, 5000 unless told; a whole mail: three times that. */
  readonly timeout?: number;
}

/** What a server takes that is well: most take a tenth of it. */
const QUICK_MS = 1_000;

/** Sends mails over SMTP, on at most three connections that are kept for the next mail. Connects at the first mail. */
export function createMailer({ smtpUrl, from, timeout = 5_000 }: MailerOptions): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 3,
    maxRequeues: 1,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const longestMs = 3 * timeout;
  const pace = createPace(QUICK_MS);
  return {
    longestMs,
    isQuick: pace.isQuick,
    async send({ to, language, subject, html, text, messageId }) {
      // Not AbortSignal.timeout(), which goes off, and costs, after every mail that was sent long ago.
      const late = new AbortController();
      const timer = setTimeout(
        () => late.abort(new DOMException('mail took too long', 'TimeoutError')),
        longestMs,
      );
      try {
        await pace.measure(() =>
          transport.sendMail({
            from,
            to: { name: '', address: to },
            subject,
            html,
            text,
            messageId,
            headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
            // Named, or both parts are searched for what suits them.
            textEncoding: 'quoted-printable',
            signal: late.signal,
          }),
        );
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      transport.close();
    },
  };
}

/**
 * True when the server has said that it will never take this mail (a reply of 5xx to its recipient or content):
 * sending it again is of no use. False for anything that may pass: refused sign-ins, full or dead servers.
 */
export function isRefusedForGood(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, responseCode } = error as Error & { code?: unknown; responseCode?: unknown };
  const isAboutTheMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  return isAboutTheMail && typeof responseCode === 'number' && responseCode >= 500;
}
