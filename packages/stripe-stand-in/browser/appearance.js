// @ts-check

/** @type {Record<string, Record<string, string>>} */
const THEMES = {
  stripe: {},
  flat: { colorBackground: '#f3f4f6', colorBorder: 'transparent', shadow: 'none' },
  night: {
    colorPrimary: '#85d996',
    colorBackground: '#30313d',
    colorText: '#ffffff',
    colorTextSecondary: '#b0b1bc',
    colorTextPlaceholder: '#a3a4b0',
    colorDanger: '#fe87a1',
    colorBorder: '#424353',
  },
};

const SELECTOR =
  /^\.(Input|Label|Error|Block|Tab|AccordionItem|CheckboxInput|Action|Text)[\w-]*((:{1,2}[a-z-]+)|(\[[\w-]+(="[\w-]+")?\]))*$/;
const DECLARATION = /^[a-zA-Z-]+$/;
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets = [sheet];

/**
 * Dresses the frame as https://docs.stripe.com/elements/appearance-api describes: theme, variables and rules.
 * @param {{ theme?: string, variables?: Record<string, string>, rules?: Record<string, Record<string, string>>, disableAnimations?: boolean }} appearance
 */
export function applyAppearance(appearance) {
  const variables = { ...THEMES[appearance.theme ?? 'stripe'], ...appearance.variables };
  const declarations = Object.entries(variables)
    .filter(([name, value]) => DECLARATION.test(name) && safe(value))
    .map(([name, value]) => `--${name}:${value};`);
  const rules = Object.entries(appearance.rules ?? {})
    .filter(([selector]) => selector.split(',').every((part) => SELECTOR.test(part.trim())))
    .map(([selector, body]) => `${selector}{${rule(body)}}`);
  sheet.replaceSync(
    `:root{${declarations.join('')}}${rules.join('')}${appearance.disableAnimations ? '*{transition:none!important}' : ''}`,
  );
}

/** @param {Record<string, string>} body */
function rule(body) {
  return Object.entries(body)
    .filter(([name, value]) => DECLARATION.test(name) && safe(value))
    .map(([name, value]) => `${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}:${value};`)
    .join('');
}

/** @param {unknown} value */
function safe(value) {
  return typeof value === 'string' && !/[{}<>;]|url\(/i.test(value);
}
