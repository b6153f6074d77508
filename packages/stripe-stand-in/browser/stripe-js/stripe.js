// @ts-check
import { callApi, integrationError } from './channel.js';
import { createElements } from './elements.js';
import { intentPath, retrieveIntent, settleIntent } from './next-action.js';

/**
 * `window.Stripe(publishableKey)`: the part of Stripe.js that a page with a Payment Element uses.
 * @param {string} key @param {object} [_options]
 */
function Stripe(key, _options) {
  if (typeof key !== 'string' || !key.startsWith('pk_')) {
    throw integrationError(
      `Invalid value for Stripe(): apiKey should be a publishable key (pk_…). You specified: ${key}.`,
    );
  }
  if (key.startsWith('pk_live_'))
    throw integrationError('This is a stand-in for Stripe.js: it takes test keys (pk_test_…) only.');
  /** @type {WeakMap<object, ReturnType<typeof createElements>>} */
  const groups = new WeakMap();

  /** @param {any} options */
  const methodOf = async ({ elements, confirmParams = {} }) => {
    if (confirmParams.payment_method) return { id: confirmParams.payment_method };
    const group = elements && groups.get(elements);
    if (!group) return { id: undefined };
    const made = await group.createPaymentMethod({
      billing_details: confirmParams.payment_method_data?.billing_details,
    });
    return made.error ? { error: made.error } : { id: made.paymentMethod.id };
  };

  /** @param {any} options @param {string} what @returns {Promise<any>} */
  const confirm = async (options, what) => {
    const clientSecret =
      options.clientSecret ?? (options.elements && groups.get(options.elements)?.clientSecret());
    if (!clientSecret) throw integrationError(`stripe.${what}(): you must pass a clientSecret.`);
    const { return_url, payment_method, payment_method_data, ...rest } = options.confirmParams ?? {};
    if (options.redirect !== 'if_required' && !return_url) {
      throw integrationError(
        `stripe.${what}(): the \`confirmParams.return_url\` argument is required unless passing \`redirect: 'if_required'\`.`,
      );
    }
    const method = await methodOf(options);
    if (method.error) return { error: method.error };
    const intent = await callApi(key, 'POST', `${intentPath(clientSecret)}/confirm`, {
      ...rest,
      return_url,
      payment_method: method.id,
      client_secret: clientSecret,
      use_stripe_sdk: true,
      expected_payment_method_type: method.id ? 'card' : undefined,
    });
    const result = await settleIntent(key, clientSecret, intent);
    if (result.error || options.redirect === 'if_required') return result;
    const target = new URL(return_url);
    const kind = result.setupIntent ? 'setup_intent' : 'payment_intent';
    target.searchParams.set(kind, (result.setupIntent ?? result.paymentIntent).id);
    target.searchParams.set(`${kind}_client_secret`, clientSecret);
    target.searchParams.set('redirect_status', 'succeeded');
    location.assign(target);
    return new Promise(() => {});
  };

  return {
    /** @param {Record<string, any>} options */
    elements(options) {
      const made = createElements(key, options ?? {}, ENDIVE);
      groups.set(made.group, made);
      return made.group;
    },
    /** @param {any} options */
    async createPaymentMethod(options) {
      const made = options?.elements && groups.get(options.elements);
      if (!made)
        throw integrationError(
          'stripe.createPaymentMethod(): pass the `elements` of a mounted Payment Element.',
        );
      return made.createPaymentMethod(options.params ?? {});
    },
    /** @param {{ clientSecret: string }} options */
    handleNextAction: ({ clientSecret }) => settleIntent(key, clientSecret),
    /** @param {string} clientSecret */
    handleCardAction: (clientSecret) => settleIntent(key, clientSecret),
    /** @param {string} clientSecret */
    async retrievePaymentIntent(clientSecret) {
      const intent = await retrieveIntent(key, clientSecret);
      return intent.error ? { error: intent.error } : { paymentIntent: intent };
    },
    /** @param {string} clientSecret */
    async retrieveSetupIntent(clientSecret) {
      const intent = await retrieveIntent(key, clientSecret);
      return intent.error ? { error: intent.error } : { setupIntent: intent };
    },
    /** @param {any} options */
    confirmPayment: (options) => confirm(options, 'confirmPayment'),
    /** @param {any} options */
    confirmSetup: (options) => confirm(options, 'confirmSetup'),
    /** @param {string} clientSecret @param {any} [data] */
    confirmCardPayment: (clientSecret, data = {}) =>
      confirm({ clientSecret, redirect: 'if_required', confirmParams: data }, 'confirmCardPayment'),
    /** @param {unknown} _info */
    registerAppInfo(_info) {},
    _registerWrapper() {},
  };
}
Stripe.version = ENDIVE ? 'endive' : 3;
/** @type {any} */ (window).Stripe = Stripe;
