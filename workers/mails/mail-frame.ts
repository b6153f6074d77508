import { sourceOf, type Html } from './html.ts';
import { DARK, LIGHT } from './palette.ts';

/** The placeholders of a mail. `rows` are table rows (`<tr><td>…</td></tr>`). */
export interface FrameValues {
  /** BCP 47 tag of the mail's language. */
  readonly language: string;
  /** The shop's name, its first letter, and its name, address and tax id on one line. */
  readonly shop: string;
  readonly initial: string;
  readonly imprint: string;
  readonly subject: string;
  readonly preview: string;
  readonly rows: Html;
  readonly buttonLabel: string;
  readonly buttonUrl: string;
  /** Table rows below the button; may be empty. */
  readonly link: Html;
  readonly closing: Html;
}

let frame: Promise<string> | undefined;

/**
 * Returns the HTML page of a mail. The frame is written in MJML, whose compilation to portable HTML takes some hundred
 * milliseconds. So it is compiled once per process, with the first mail, and afterwards only filled in. Strings are
 * escaped here.
 */
export async function fillFrame(values: FrameValues): Promise<string> {
  frame ??= compileFrame();
  const page = await frame;
  return page.replace(/\{\{(\w+)\}\}/g, (_, slot: keyof FrameValues) => sourceOf(values[slot]));
}

async function compileFrame(): Promise<string> {
  const { default: mjml2html } = await import('mjml');
  const { html, errors } = await mjml2html(FRAME, { validationLevel: 'strict', fonts: {} });
  if (errors.length > 0) throw new Error(`the mail frame is not valid MJML: ${errors[0]!.formattedMessage}`);
  return html;
}

const DARK_STYLE = `
  body, .page, .page > div, .page > table { background: ${DARK.page} !important; }
  .card > table > tbody > tr > td { background: ${DARK.card} !important; }
  .panel { background: ${DARK.panel} !important; }
  .ink, .ink div { color: ${DARK.ink} !important; }
  .muted, .muted div, .ink .muted { color: ${DARK.muted} !important; }
  .rule { border-color: ${DARK.rule} !important; }
  .brand, .brand div { color: ${DARK.brand} !important; }
  .mark { background: ${DARK.brand} !important; color: ${DARK.onBrand} !important; }
  .button td, .button a { background: ${DARK.brand} !important; color: ${DARK.onBrand} !important; }
  .good { background: ${DARK.goodBack} !important; color: ${DARK.good} !important; }
  .calm { background: ${DARK.calmBack} !important; color: ${DARK.calm} !important; }
  .warn { background: ${DARK.warnBack} !important; color: ${DARK.warn} !important; }
`;

/** The font family of all text; quotes are single, so that it can be used in an attribute. */
export const FONTS =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

const FRAME = `
<mjml lang="{{language}}">
  <mj-head>
    <mj-title>{{subject}}</mj-title>
    <mj-preview>{{preview}}</mj-preview>
    <mj-attributes>
      <mj-all font-family="${FONTS}" />
      <mj-text color="${LIGHT.ink}" font-size="16px" line-height="1.55" padding="0" />
      <mj-section padding="0" />
      <mj-column padding="0" />
    </mj-attributes>
    <mj-raw>
      <meta name="color-scheme" content="light dark" />
      <meta name="supported-color-schemes" content="light dark" />
      <meta name="format-detection" content="telephone=no, date=no, address=no" />
    </mj-raw>
    <mj-style>
      :root { color-scheme: light dark; }
      .wrap { overflow-wrap: anywhere; word-break: break-word; }
      @media (prefers-color-scheme: dark) { ${DARK_STYLE} }
      @media (max-width: 480px) { .side { padding-left: 22px !important; padding-right: 22px !important; } }
    </mj-style>
  </mj-head>
  <mj-body width="560px" background-color="${LIGHT.page}" css-class="page">
    <mj-section css-class="page" background-color="${LIGHT.page}" padding="28px 0 16px">
      <mj-column>
        <mj-text align="center" css-class="brand" color="${LIGHT.brand}" font-size="19px" font-weight="700" letter-spacing="-0.2px">
          <span class="mark" style="display:inline-block;width:26px;height:26px;line-height:26px;border-radius:8px;background:${LIGHT.brand};color:${LIGHT.onBrand};font-size:15px;margin-right:8px">{{initial}}</span>{{shop}}
        </mj-text>
      </mj-column>
    </mj-section>
    <mj-section css-class="page" background-color="${LIGHT.page}" padding="0 10px">
      <mj-column css-class="card" background-color="${LIGHT.card}" border-radius="18px" padding="30px 0 12px">
        <mj-raw>{{rows}}</mj-raw>
        <mj-button css-class="button side" href="{{buttonUrl}}" background-color="${LIGHT.brand}" color="${LIGHT.onBrand}" border-radius="12px" font-size="17px" font-weight="600" inner-padding="15px 28px" padding="0 36px 22px" width="100%">{{buttonLabel}}</mj-button>
        <mj-raw>{{link}}</mj-raw>
      </mj-column>
    </mj-section>
    <mj-section css-class="page" background-color="${LIGHT.page}" padding="20px 0 36px">
      <mj-column>
        <mj-text align="center" css-class="muted side" color="${LIGHT.muted}" font-size="13px" padding="0 36px">{{closing}}</mj-text>
        <mj-text align="center" css-class="muted side" color="${LIGHT.muted}" font-size="13px" padding="6px 36px 0">{{imprint}}</mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>`;
