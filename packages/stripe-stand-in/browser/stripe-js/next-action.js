// @ts-check
import { callApi, integrationError, nextFrameName } from './channel.js';

/**
 * Shows the bank's page in a dialog above the page until the customer has decided. Resolves when it is closed.
 * @param {string} url
 */
function showAuthentication(url) {
  return new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
    const dialog = document.createElement('div');
    dialog.setAttribute('role', 'dialog');
    dialog.setAttribute('aria-modal', 'true');
    dialog.setAttribute('aria-label', '3D Secure authentication');
    dialog.style.cssText =
      'position:fixed;inset:0;z-index:2147483647;display:flex;align-items:center;justify-content:center;padding:12px;background:rgba(10,17,32,.6);color-scheme:light;';
    const frame = document.createElement('iframe');
    frame.name = nextFrameName();
    frame.title = '3D Secure authentication';
    frame.src = `${url}&embedded=1`;
    frame.style.cssText =
      'border:0;border-radius:12px;width:min(440px,100%);height:min(460px,100%);background:#fff;box-shadow:0 20px 60px rgba(0,0,0,.35);';
    dialog.append(frame);
    const before = document.activeElement;
    const overflow = document.documentElement.style.overflow;
    /** @param {MessageEvent} event */
    const listen = (event) => {
      if (
        event.origin !== ORIGIN ||
        event.source !== frame.contentWindow ||
        event.data?.standIn !== 'authenticated'
      )
        return;
      window.removeEventListener('message', listen);
      document.removeEventListener('focusin', keepFocus);
      document.documentElement.style.overflow = overflow;
      dialog.remove();
      if (before instanceof HTMLElement) before.focus();
      resolve();
    };
    /** @param {FocusEvent} event */
    const keepFocus = (event) => {
      if (event.target instanceof Node && !dialog.contains(event.target)) frame.focus();
    };
    window.addEventListener('message', listen);
    document.addEventListener('focusin', keepFocus);
    frame.addEventListener('load', () => frame.focus());
    document.documentElement.style.overflow = 'hidden';
    document.body.append(dialog);
  });
}

/**
 * The intent behind a client secret, after whatever action it asked for.
 * @param {string} key @param {string} clientSecret @param {any} [known] @returns {Promise<any>}
 */
export async function settleIntent(key, clientSecret, known) {
  const intent = known ?? (await retrieveIntent(key, clientSecret));
  if (intent.error) return { error: intent.error };
  const action = intent.status === 'requires_action' ? intent.next_action : null;
  if (!action) return resultOf(intent, false);
  await showAuthentication(action.use_stripe_sdk?.stripe_js ?? action.redirect_to_url?.url);
  const after = await retrieveIntent(key, clientSecret);
  return after.error ? { error: after.error } : resultOf(after, true);
}

const CHOOSE_ANOTHER =
  'We are unable to authenticate your payment method. Please choose a different payment method and try again.';
/** What the API tells servers, in words for customers. @type {Record<string, string>} */
const WORDS = {
  payment_intent_authentication_failure: CHOOSE_ANOTHER,
  setup_intent_authentication_failure: CHOOSE_ANOTHER,
};

/** @param {any} intent @param {boolean} acted */
function resultOf(intent, acted) {
  const setup = intent.object === 'setup_intent';
  const error = setup ? intent.last_setup_error : intent.last_payment_error;
  if (acted && intent.status === 'requires_payment_method' && error) {
    const message = WORDS[error.code] ?? error.message;
    return { error: { ...error, message, [intent.object]: intent } };
  }
  return setup ? { setupIntent: intent } : { paymentIntent: intent };
}

/** @param {string} key @param {string} clientSecret */
export function retrieveIntent(key, clientSecret) {
  return callApi(key, 'GET', intentPath(clientSecret), { client_secret: clientSecret });
}

/** @param {string} clientSecret */
export function intentPath(clientSecret) {
  const id = /^((?:pi|seti)_[^_]+)_secret_/.exec(clientSecret ?? '')?.[1];
  if (!id) throw integrationError('Invalid value for clientSecret: it should have the form pi_…_secret_….');
  return `/v1/${id.startsWith('pi_') ? 'payment_intents' : 'setup_intents'}/${id}`;
}
