import type { Shop } from '../../domain/shop.ts';
import type { Language } from '../../messages/compiled/languages.ts';
import { describeMail } from './describe-mail.ts';
import type { MailContent } from './mail-content.ts';
import { readerOf } from './reader.ts';
import { writeHtml } from './write-html.ts';
import { writeText } from './write-text.ts';

/** A mail as sent. `subject` is one line without control characters. */
export interface RenderedMail {
  readonly language: Language;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/**
 * Renders `mail` from `shop` in a language: subject, HTML and text. Deterministic: rendering a mail again gives the
 * same mail. User text is escaped and can forge neither markup nor headers. The first call takes some hundred
 * milliseconds (the frame is compiled), the others well under one.
 */
export async function renderMail(mail: MailContent, shop: Shop, language: Language): Promise<RenderedMail> {
  const reader = readerOf(language, shop);
  const view = describeMail(mail, reader);
  return {
    language,
    subject: view.subject,
    html: await writeHtml(view, reader),
    text: writeText(view, reader),
  };
}
