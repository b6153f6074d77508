/** Renders an order as rows of the mail's card. */

import { html, type Html } from './html.ts';
import { FONTS } from './mail-frame.ts';
import type { LabelCell, LineView, MailView, SumView, TableView } from './mail-view.ts';
import type { Reader } from './reader.ts';
import { LIGHT } from './palette.ts';

const TABLE = 'width:100%;border-collapse:collapse;border-spacing:0';

/** Renders a row of the card, as wide as its text. */
export function row(content: Html): Html {
  return html`<tr>
    <td class="side wrap" style="padding:0 36px 18px;font-family:${FONTS};word-break:break-word">
      ${content}
    </td>
  </tr>`;
}

const SIZES = {
  large: { value: 'font-size:42px;line-height:46px', cell: 'width:1%;white-space:nowrap' },
  medium: { value: 'font-size:24px;line-height:30px;padding-top:8px', cell: '' },
} as const;

/** Renders the number and the place, in large type. */
export function label(of: MailView['label']): readonly Html[] {
  if (of === undefined) return [];
  return [
    row(
      html`<table
        role="presentation"
        class="panel"
        style="${TABLE};border-collapse:separate;background:${LIGHT.panel};border-radius:14px"
      >
        <tr>
          ${of.map(labelCell)}
        </tr>
      </table>`,
    ),
  ];
}

function labelCell({ title, value, size }: LabelCell): Html {
  const sizes = SIZES[size];
  return html`<td style="padding:14px 20px 16px;vertical-align:top;${sizes.cell}">
    <div class="muted" style="font-size:13px;line-height:18px;color:${LIGHT.muted}">${title}</div>
    <div class="ink" style="${sizes.value};font-weight:700;letter-spacing:-0.5px;color:${LIGHT.ink}">
      ${value}
    </div>
  </td>`;
}

/** Renders the lines of the order. */
export function lines(of: readonly LineView[], reader: Reader): readonly Html[] {
  if (of.length === 0) return [];
  return [
    row(
      html`<table class="rule" style="${TABLE}">
        ${of.map((each) => line(each, reader))}
      </table>`,
    ),
  ];
}

function line({ quantity, name, details, note, amount, letter }: LineView, { messages }: Reader): Html {
  const cell = `padding:11px 0;vertical-align:top;font-size:16px;line-height:22px;color:${LIGHT.ink};border-bottom:1px solid ${LIGHT.rule}`;
  const small = `font-size:14px;line-height:20px;color:${LIGHT.muted}`;
  const below = [
    ...(details.length === 0 ? [] : [html`<div class="muted" style="${small}">${details.join(' · ')}</div>`]),
    ...(note === null
      ? []
      : [
          html`<div class="muted" style="${small};font-style:italic">
            ${messages.mails.quote({ words: note })}
          </div>`,
        ]),
  ];
  const price =
    amount === undefined
      ? []
      : [
          html`<td class="ink rule" style="${cell};text-align:right;white-space:nowrap;padding-left:12px">
            ${amount}${letter === undefined ? [] : [html` <span class="muted" style="color:${LIGHT.muted}">${letter}</span>`]}
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

/** Renders totals, the emphasized one larger. */
export function sums(of: readonly SumView[]): readonly Html[] {
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
  return [
    row(
      html`<table style="${TABLE}">
        ${of.map(sum)}
      </table>`,
    ),
  ];
}

/** Renders small print, one paragraph per text. */
export function facts(of: readonly string[] = []): readonly Html[] {
  if (of.length === 0) return [];
  const style = `margin:0;font-size:14px;line-height:21px;color:${LIGHT.muted}`;
  return [row(html`${of.map((fact) => html`<p class="muted" style="${style}">${fact}</p>`)}`)];
}

/** Tables in small print, each with its caption. */
export function tables(of: readonly TableView[] = []): readonly Html[] {
  return of.map(({ caption, titles, rows, hasSum }) => {
    const text = `font-size:14px;line-height:22px;color:${LIGHT.muted}`;
    const rule = `border-top:1px solid ${LIGHT.rule}`;
    const tableRow = (cells: readonly string[], style: string) =>
      html`<tr>
        ${cells.map((cell, index) => {
          const side =
            index === 0 ? 'text-align:left' : 'text-align:right;white-space:nowrap;padding-left:10px';
          return html`<td class="muted rule" style="padding:1px 0;${text};${side};${style}">${cell}</td>`;
        })}
      </tr>`;
    const ruleAt = (index: number) => (index === 0 || (hasSum && index === rows.length - 1) ? rule : '');
    return row(
      html`<p class="muted" style="margin:0 0 4px;font-weight:600;${text}">${caption}</p>
        <table style="${TABLE}">
          ${titles === undefined ? [] : [tableRow(titles, '')]}
          ${rows.map((cells, index) => tableRow(cells, ruleAt(index)))}
        </table>`,
    );
  });
}
