import { createTransport } from 'nodemailer';
import { createPace, type Pace } from '../operations/pace.ts';

/** A mail and its one recipient. */
export interface OutgoingMail {
  /** A bare address, without a name or further addresses. */
  readonly to: string;
  /** BCP 47 tag of the mail's language. */
  readonly language: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** `<id@host>`; the same for every attempt at a mail, so that duplicates can be recognized. */
  readonly messageId: string;
}

export interface Mailer {
  /**
   * Resolves once the server has accepted the mail. Rejects with nodemailer's original error (`responseCode` holds the
   * server's reply, if any); then the mail may be sent again. Never retries by itself after the server received the
   * mail.
   */
  send(mail: OutgoingMail): Promise<void>;
  /** Milliseconds after which a mail is sent or has failed, whatever the server does. */
  readonly longestMs: number;
  /** Whether the server accepts mails quickly; if not, nothing should wait for the next one. */
  readonly isQuick: Pace['isQuick'];
  /** Closes the connections, after any mail that is being sent. */
  close(): void;
}

interface MailerOptions {
  /** `smtp://user:password@host:port`, or `smtps://`; the query holds further nodemailer options. */
  readonly smtpUrl: string;
  /** `Name <address>`. */
  readonly from: string;
  /**
   * Timeout in milliseconds of the connection, the greeting and every reply, 5000 by default; three times that for a
   * whole mail.
   */
  readonly timeout?: number;
}

/** The time limit of a healthy server: most take a tenth of it. */
const QUICK_MS = 1_000;

/** Sends mails over SMTP, on at most three pooled connections. Connects with the first mail. */
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
      // Not AbortSignal.timeout(), whose timer would still fire, at a cost, after every mail that was sent long before.
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
            // Explicit, since otherwise both parts are scanned to choose the encoding.
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
 * Returns true when the server will never take this mail (a 5xx reply to its recipient or content): sending it again is
 * useless. Returns false for temporary failures: refused sign-ins, full or unreachable servers.
 */
export function isRefusedForGood(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, responseCode } = error as Error & { code?: unknown; responseCode?: unknown };
  const isAboutTheMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  return isAboutTheMail && typeof responseCode === 'number' && responseCode >= 500;
}
