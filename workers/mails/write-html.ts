import { html, type Html } from './html.ts';
import { imprintOf } from './imprint.ts';
import { fillFrame, FONTS } from './mail-frame.ts';
import type { Badge, MailView } from './mail-view.ts';
import { facts, label, lines, row, sums, tables } from './order-html.ts';
import { LIGHT } from './palette.ts';
import type { Reader } from './reader.ts';

/** Writes the HTML part of a mail. Every text of the view is escaped. */
export function writeHtml(view: MailView, reader: Reader): Promise<string> {
  const { shop, language } = reader;
  return fillFrame({
    language,
    shop: shop.name,
    initial: Array.from(shop.name)[0] ?? '',
    imprint: imprintOf(reader),
    subject: view.subject,
    preview: view.preview,
    rows: html`${heading(view, reader)}${label(view.label)}${facts(view.facts)}${lines(view.lines, reader)}${sums(view.sums)}${tables(view.tables)}${gap}`,
    buttonLabel: view.button.label,
    buttonUrl: view.button.url,
    link: secondLink(view.link),
    closing: html`${view.closing.map((sentence) => html`${sentence}<br />`)}`,
  });
}

const TONES: Readonly<Record<Badge['tone'], string>> = {
  good: `background:${LIGHT.goodBack};color:${LIGHT.good}`,
  calm: `background:${LIGHT.calmBack};color:${LIGHT.calm}`,
  warn: `background:${LIGHT.warnBack};color:${LIGHT.warn}`,
};
const gap = html`<tr>
  <td style="height:14px;line-height:14px;font-size:1px">&nbsp;</td>
</tr>`;

function heading({ badge, headline, paragraphs, quote }: MailView, { messages }: Reader): Html {
  const pill = html`<span
    class="${badge.tone}"
    style="display:inline-block;padding:4px 12px;border-radius:999px;font-size:13px;line-height:20px;font-weight:600;${TONES[badge.tone]}"
    >${badge.label}</span
  >`;
  const title = html`<h1
    class="ink"
    style="margin:14px 0 10px;font-size:27px;line-height:1.2;font-weight:700;letter-spacing:-0.4px;color:${LIGHT.ink}"
  >
    ${headline}
  </h1>`;
  const texts = paragraphs.map(
    (text) =>
      html`<p class="ink" style="margin:0 0 8px;font-size:16px;line-height:1.55;color:${LIGHT.ink}">
        ${text}
      </p>`,
  );
  const words =
    quote === undefined
      ? []
      : [
          html`<p
            class="muted rule"
            style="margin:12px 0 0;padding:2px 0 2px 14px;border-left:3px solid ${LIGHT.rule};font-size:16px;line-height:1.5;color:${LIGHT.muted}"
          >
            ${messages.mails.quote({ words: quote })}
          </p>`,
        ];
  return row(html`${pill}${title}${texts}${words}`);
}

function secondLink(of: MailView['link']): Html {
  if (of === undefined) return html``;
  return html`<tr>
    <td class="side" style="padding:0 36px 22px;text-align:center;font-family:${FONTS};font-size:16px">
      <a class="brand" href="${of.url}" style="color:${LIGHT.brand};font-weight:600">${of.label}</a>
    </td>
  </tr>`;
}
