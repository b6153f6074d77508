// @ts-check
import { createFrame, integrationError } from './channel.js';
import { whenNotPressed } from './press.js';

/**
 * `stripe.elements(…)`: a group with at most one Payment Element, whose fields live in a frame of the stand-in.
 * @param {string} key the publishable key @param {Record<string, any>} options @param {boolean} endive
 */
export function createElements(key, options, endive) {
  let current = { ...options };
  checkOptions(current, endive);
  /** @type {ReturnType<typeof createPaymentElement> | null} */
  let payment = null;
  let submitted = false;
  const group = {
    /** @param {string} type @param {Record<string, any>} [elementOptions] */
    create(type, elementOptions = {}) {
      if (type !== 'payment')
        throw integrationError(`The stand-in for Stripe has the payment element alone, not ${type}.`);
      if (payment) throw integrationError('Can only create one Element of type payment.');
      payment = createPaymentElement(
        key,
        () => current,
        elementOptions,
        () => {
          payment = null;
        },
      );
      payment.onChange(() => {
        submitted = false;
      });
      return payment.element;
    },
    /** @param {string} type */
    getElement(type) {
      return type === 'payment' && payment ? payment.element : null;
    },
    /** @param {Record<string, any>} changed */
    update(changed) {
      checkOptions({ ...current, ...changed }, endive);
      current = { ...current, ...changed };
      void payment?.refresh();
    },
    async fetchUpdates() {
      return {};
    },
    async submit() {
      if (!payment?.isMounted())
        throw integrationError('Elements: submit() needs a mounted Payment Element.');
      const answer = await payment.ask({ type: 'validate' });
      if (answer.error) return { error: answer.error };
      submitted = true;
      return { selectedPaymentMethod: 'card' };
    },
  };
  return {
    group,
    /** @param {Record<string, any>} params what goes with the card into the new payment method */
    async createPaymentMethod(params) {
      if (!payment?.isMounted()) throw integrationError('The Payment Element must be mounted.');
      if (!submitted && current.mode) {
        throw integrationError(
          'elements.submit() must be called before stripe.createPaymentMethod() or stripe.confirmPayment().',
        );
      }
      return payment.ask({ type: 'createPaymentMethod', params });
    },
    clientSecret: () => current.clientSecret,
  };
}

/** @param {Record<string, any>} options @param {boolean} endive */
function checkOptions(options, endive) {
  if (!options.mode && !options.clientSecret)
    throw integrationError('Invalid value for stripe.elements(): either `mode` or `clientSecret` is needed.');
  if (endive && options.paymentMethodTypes) {
    throw integrationError(
      '`paymentMethodTypes` is no longer supported. Use `allowedPaymentMethodTypes` instead.',
    );
  }
  if (options.mode === 'payment') {
    if (!Number.isInteger(options.amount) || options.amount <= 0)
      throw integrationError('Invalid value for elements(): `amount` must be an integer greater than 0.');
    if (typeof options.currency !== 'string' || !/^[a-z]{3}$/.test(options.currency))
      throw integrationError('Invalid value for elements(): `currency` must be a lower-case ISO code.');
  }
}

/**
 * @param {string} key @param {() => Record<string, any>} options @param {Record<string, any>} elementOptions @param {() => void} gone
 */
function createPaymentElement(key, options, elementOptions, gone) {
  const frame = createFrame('/v3/payment-frame', 'Secure payment input frame');
  /** @type {Map<string, Set<(event: any) => void>>} */
  const handlers = new Map();
  /** @type {(() => void)[]} */
  const changeListeners = [];
  let mounted = false;
  let own = { ...elementOptions };
  /** @param {string} type @param {object} [event] */
  const emit = (type, event = {}) => {
    for (const handler of [...(handlers.get(type) ?? [])]) handler({ elementType: 'payment', ...event });
  };
  frame.listen((message) => {
    if (message.type === 'height') {
      whenNotPressed(() => (frame.element.style.height = `${message.height}px`));
    } else {
      if (message.type === 'change') for (const listener of changeListeners) listener();
      emit(message.type, message.event);
    }
  });
  const refresh = () => {
    const { appearance, locale, amount, currency, mode } = options();
    return frame.tell({
      type: 'configure',
      key,
      appearance: appearance ?? {},
      locale,
      amount,
      currency,
      mode,
      options: plain(own),
    });
  };
  const element = {
    /** @param {string | HTMLElement} where */
    mount(where) {
      const container = typeof where === 'string' ? document.querySelector(where) : where;
      if (!container)
        throw integrationError(
          `The selector you specified (${String(where)}) applies to no DOM elements that are currently on the page.`,
        );
      emit('loaderstart');
      const shell = document.createElement('div');
      shell.className = '__PrivateStripeElement';
      shell.style.cssText =
        'margin:-4px!important;padding:0!important;border:none!important;display:block!important;position:relative!important;';
      shell.append(frame.element);
      container.replaceChildren(shell);
      container.classList.add('StripeElement');
      mounted = true;
      void refresh();
    },
    unmount() {
      frame.element.closest('.StripeElement')?.replaceChildren();
      mounted = false;
    },
    destroy() {
      element.unmount();
      handlers.clear();
      gone();
    },
    /** @param {Record<string, any>} changed */
    update(changed) {
      own = { ...own, ...changed };
      void refresh();
      return element;
    },
    focus: () => void frame.tell({ type: 'focus' }),
    blur: () => void frame.tell({ type: 'blur' }),
    clear: () => void frame.tell({ type: 'clear' }),
    collapse: () => element,
    /** @param {string} type @param {(event: any) => void} handler */
    on(type, handler) {
      if (!handlers.has(type)) handlers.set(type, new Set());
      handlers.get(type)?.add(handler);
      return element;
    },
    /** @param {string} type @param {(event: any) => void} handler */
    once(type, handler) {
      /** @param {any} event */
      const wrapped = (event) => {
        handlers.get(type)?.delete(wrapped);
        handler(event);
      };
      return element.on(type, wrapped);
    },
    /** @param {string} type @param {(event: any) => void} [handler] */
    off(type, handler) {
      if (handler) handlers.get(type)?.delete(handler);
      else handlers.delete(type);
      return element;
    },
  };
  return {
    element,
    refresh,
    ask: frame.ask,
    isMounted: () => mounted,
    onChange: (/** @type {() => void} */ listener) => changeListeners.push(listener),
  };
}

/** @param {object} value what can be sent to a frame: no functions */
function plain(value) {
  return JSON.parse(JSON.stringify(value));
}
