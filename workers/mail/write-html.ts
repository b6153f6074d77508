import type { Shop } from '../../domain/shop.ts';
import { html, type Html } from './html.ts';
import { imprintOf } from './imprint.ts';
import { fillFrame, FONTS } from './mail-frame.ts';
import type { Badge, LineView, MailView, SumView } from './mail-view.ts';
import { LIGHT } from './palette.ts';

/** The HTML part of a mail. Every text of the view is escaped. */
export function writeHtml(view: MailView, shop: Shop): Promise<string> {
  return fillFrame({
    shop: shop.name,
    initial: Array.from(shop.name)[0] ?? '',
    imprint: imprintOf(shop),
    subject: view.subject,
    preview: view.preview,
    rows: html`${heading(view)}${label(view.label)}${lines(view.lines)}${sums(view)}${gap}`,
    buttonLabel: view.button.label,
    buttonUrl: view.button.url,
    closing: html`${view.closing.map((sentence) => html`${sentence}<br />`)}`,
  });
}

const TONES: Readonly<Record<Badge['tone'], string>> = {
  good: `background:${LIGHT.goodBack};color:${LIGHT.good}`,
  calm: `background:${LIGHT.calmBack};color:${LIGHT.calm}`,
  warn: `background:${LIGHT.warnBack};color:${LIGHT.warn}`,
};
const TABLE = 'width:100%;border-collapse:collapse;border-spacing:0';
const gap = html`<tr>
  <td style="height:14px;line-height:14px;font-size:1px">&nbsp;</td>
</tr>`;

/** A row of the card, as wide as the card's text. */
function row(content: Html): Html {
  return html`<tr>
    <td class="side wrap" style="padding:0 36px 18px;font-family:${FONTS};word-break:break-word">
      ${content}
    </td>
  </tr>`;
}

function heading({ badge, headline, paragraphs, quote }: MailView): Html {
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
            “${quote}”
          </p>`,
        ];
  return row(html`${pill}${title}${texts}${words}`);
}

function label(of: MailView['label']): readonly Html[] {
  if (of === undefined) return [];
  const cells = [
    ...(of.number === null
      ? []
      : [labelCell('Order', of.number, 'font-size:42px;line-height:46px', 'width:1%;white-space:nowrap')]),
    ...(of.place === null
      ? []
      : [labelCell('Where', of.place, 'font-size:24px;line-height:30px;padding-top:8px', '')]),
  ];
  return [
    row(
      html`<table
        role="presentation"
        class="panel"
        style="${TABLE};border-collapse:separate;background:${LIGHT.panel};border-radius:14px"
      >
        <tr>
          ${cells}
        </tr>
      </table>`,
    ),
  ];
}

function labelCell(title: string, value: string, size: string, width: string): Html {
  return html`<td style="padding:14px 20px 16px;vertical-align:top;${width}">
    <div class="muted" style="font-size:13px;line-height:18px;color:${LIGHT.muted}">${title}</div>
    <div class="ink" style="${size};font-weight:700;letter-spacing:-0.5px;color:${LIGHT.ink}">${value}</div>
  </td>`;
}

function lines(of: readonly LineView[]): readonly Html[] {
  if (of.length === 0) return [];
  return [
    row(
      html`<table class="rule" style="${TABLE}">
        ${of.map(line)}
      </table>`,
    ),
  ];
}

function line({ quantity, name, details, note, amount }: LineView): Html {
  const cell = `padding:11px 0;vertical-align:top;font-size:16px;line-height:22px;color:${LIGHT.ink};border-bottom:1px solid ${LIGHT.rule}`;
  const small = `font-size:14px;line-height:20px;color:${LIGHT.muted}`;
  const below = [
    ...(details.length === 0 ? [] : [html`<div class="muted" style="${small}">${details.join(' · ')}</div>`]),
    ...(note === null ? [] : [html`<div class="muted" style="${small};font-style:italic">“${note}”</div>`]),
  ];
  const price =
    amount === undefined
      ? []
      : [
          html`<td class="ink rule" style="${cell};text-align:right;white-space:nowrap;padding-left:12px">
            ${amount}
          </td>`,
        ];
  return html`<tr>
    <td class="ink rule" style="${cell};width:38px;font-weight:600;white-space:nowrap">${quantity} ×</td>
    <td class="ink rule" style="${cell}">
      <div style="font-weight:600">${name}</div>
      ${below}
    </td>
    ${price}
  </tr>`;
}

function sums({ sums: of, taxes }: MailView): readonly Html[] {
  if (of.length === 0) return [];
  const sum = ({ label: title, amount, strong }: SumView) => {
    const size = strong
      ? 'padding:0;font-size:19px;line-height:28px;font-weight:700'
      : 'padding:0;font-size:16px;line-height:26px';
    return html`<tr>
      <td class="ink" style="${size};color:${LIGHT.ink}">${title}</td>
      <td
        class="ink"
        style="${size};color:${LIGHT.ink};text-align:right;white-space:nowrap;padding-left:12px"
      >
        ${amount}
      </td>
    </tr>`;
  };
  const tax = ({ label: title, amount }: SumView, index: number) => {
    const cell = `font-size:14px;line-height:22px;color:${LIGHT.muted};padding:${index === 0 ? 8 : 0}px 0 0`;
    return html`<tr>
      <td class="muted" style="${cell}">${title}</td>
      <td class="muted" style="${cell};text-align:right;white-space:nowrap;padding-left:12px">${amount}</td>
    </tr>`;
  };
  return [
    row(
      html`<table style="${TABLE}">
        ${of.map(sum)}${taxes.map(tax)}
      </table>`,
    ),
  ];
}
