// @ts-check
import { applyAppearance } from './appearance.js';
import {
  brandOf,
  checkCvc,
  checkExpiry,
  checkNumber,
  digitsOf,
  expiryOf,
  formatExpiry,
  formatNumber,
} from './card-fields.js';

/** @typedef {'number' | 'expiry' | 'cvc'} Field */
/** @param {Field} name @returns {HTMLInputElement} */
const input = (name) => /** @type {HTMLInputElement} */ (document.getElementById(name));
const inputs = { number: input('number'), expiry: input('expiry'), cvc: input('cvc') };
/** @type {Field[]} */
const fields = ['number', 'expiry', 'cvc'];
let key = '';
/** @type {MessagePort | null} */
let port = null;
let lastState = '';

/** @param {Field} field */
function check(field) {
  if (field === 'number') return checkNumber(inputs.number.value);
  return field === 'expiry'
    ? checkExpiry(inputs.expiry.value, new Date())
    : checkCvc(inputs.cvc.value, inputs.number.value);
}

/** @param {Field} field @param {{ message: string } | null} error */
function show(field, error) {
  const element = inputs[field];
  element.classList.toggle('Input--invalid', error !== null);
  if (error) element.setAttribute('aria-invalid', 'true');
  else element.removeAttribute('aria-invalid');
  const place = document.getElementById(`${field}-error`);
  if (place && place.textContent !== (error?.message ?? '')) place.textContent = error?.message ?? '';
}

function showBrand() {
  const { brand, sign } = brandOf(digitsOf(inputs.number.value));
  const place = document.getElementById('brand');
  if (!place) return;
  const signs =
    inputs.number.value === ''
      ? [
          ['visa', 'VISA'],
          ['mastercard', 'MC'],
          ['amex', 'AMEX'],
        ]
      : sign
        ? [[brand, sign]]
        : [];
  place.replaceChildren(
    ...signs.map(([name = '', text = '']) => {
      const element = document.createElement('span');
      element.className = name;
      element.textContent = text;
      return element;
    }),
  );
  inputs.cvc.placeholder = brand === 'amex' ? 'CVV' : 'CVC';
}

function tellChange() {
  const complete = fields.every((field) => check(field) === null);
  const empty = fields.every((field) => inputs[field].value === '');
  const state = `${complete} ${empty} ${brandOf(digitsOf(inputs.number.value)).brand}`;
  if (state === lastState) return;
  lastState = state;
  port?.postMessage({
    type: 'change',
    event: { complete, empty, collapsed: false, value: { type: 'card' } },
  });
}

for (const field of fields) {
  const element = inputs[field];
  element.addEventListener('input', (event) => {
    const deleting = event instanceof InputEvent && event.inputType.startsWith('delete');
    const atEnd = element.selectionStart === element.value.length;
    if (field === 'number') element.value = formatNumber(digitsOf(element.value));
    if (field === 'expiry') element.value = formatExpiry(element.value, deleting);
    if (field === 'cvc')
      element.value = digitsOf(element.value).slice(0, brandOf(digitsOf(inputs.number.value)).cvcLength);
    showBrand();
    const error = check(field);
    show(field, error && !error.code.startsWith('incomplete') ? error : null);
    if (!deleting && atEnd && error === null && element === document.activeElement) {
      if (field === 'number') inputs.expiry.focus();
      if (field === 'expiry') inputs.cvc.focus();
    }
    tellChange();
  });
  element.addEventListener('blur', () => {
    if (element.value !== '') show(field, check(field));
    port?.postMessage({ type: 'blur' });
  });
  element.addEventListener('focus', () => port?.postMessage({ type: 'focus' }));
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') port?.postMessage({ type: 'escape' });
    if (event.key === 'Backspace' && element.value === '' && field !== 'number')
      inputs[field === 'cvc' ? 'expiry' : 'number'].focus();
  });
}
document.getElementById('card')?.addEventListener('submit', (event) => event.preventDefault());

function validate() {
  /** @type {{ error?: object }} */
  const answer = {};
  for (const field of fields) {
    const error = check(field);
    show(field, error);
    if (error && !answer.error) {
      answer.error = { type: 'validation_error', code: error.code, message: error.message };
      inputs[field].focus();
    }
  }
  return answer;
}

/** @param {{ billing_details?: object, metadata?: object, allow_redisplay?: string }} params */
async function createPaymentMethod(params) {
  const invalid = validate();
  if (invalid.error) return invalid;
  const { month, year } = expiryOf(inputs.expiry.value);
  const form = new URLSearchParams({
    key,
    type: 'card',
    'card[number]': digitsOf(inputs.number.value),
    'card[exp_month]': String(month),
    'card[exp_year]': String(year),
    'card[cvc]': digitsOf(inputs.cvc.value),
  });
  append(form, 'billing_details', params.billing_details);
  append(form, 'metadata', params.metadata);
  append(form, 'allow_redisplay', params.allow_redisplay);
  try {
    const response = await fetch('/v1/payment_methods', { method: 'POST', body: form });
    const body = await response.json();
    if (!body.error) return { paymentMethod: body };
    const field = { number: 'number', exp_month: 'expiry', exp_year: 'expiry', cvc: 'cvc' }[
      String(body.error.param)
    ];
    if (field) show(/** @type {Field} */ (field), body.error);
    return { error: body.error };
  } catch {
    return {
      error: {
        type: 'api_connection_error',
        message:
          'We are experiencing issues connecting to our payments provider. Please check your internet connection and try again.',
      },
    };
  }
}

/** @param {URLSearchParams} form @param {string} name @param {any} value */
function append(form, name, value) {
  if (value === undefined || value === null) return;
  if (typeof value === 'object')
    for (const [part, item] of Object.entries(value)) append(form, `${name}[${part}]`, item);
  else form.append(name, String(value));
}

/** @param {any} message */
async function receive(message) {
  switch (message.type) {
    case 'configure': {
      const first = key === '';
      key = message.key;
      applyAppearance(message.appearance ?? {});
      for (const field of fields) inputs[field].disabled = message.options?.readOnly === true;
      if (first) port?.postMessage({ type: 'ready' });
      tellHeight();
      return undefined;
    }
    case 'validate':
      return validate();
    case 'createPaymentMethod':
      return createPaymentMethod(message.params ?? {});
    case 'focus':
      inputs.number.focus();
      return undefined;
    case 'blur':
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      return undefined;
    case 'clear':
      for (const field of fields) {
        inputs[field].value = '';
        show(field, null);
      }
      showBrand();
      tellChange();
      return undefined;
    default:
      return undefined;
  }
}

function tellHeight() {
  port?.postMessage({ type: 'height', height: Math.ceil(document.body.getBoundingClientRect().height) });
}

window.addEventListener('message', (event) => {
  if (event.source !== window.parent || event.data?.standIn !== 'hello' || port) return;
  const [opened] = event.ports;
  if (!opened) return;
  port = opened;
  port.onmessage = async ({ data }) => {
    const answer = await receive(data);
    if (data.id !== undefined) opened.postMessage({ answerTo: data.id, answer: answer ?? {} });
  };
  tellHeight();
});
new ResizeObserver(tellHeight).observe(document.body);
showBrand();
