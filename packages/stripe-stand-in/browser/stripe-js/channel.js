// @ts-check
/* The script at /v3/ is the files of this folder, joined by the server into one function that knows ORIGIN. */

/**
 * A frame of the stand-in's origin and a private line to the script in it.
 * @param {string} path @param {string} title
 */
export function createFrame(path, title) {
  const element = document.createElement('iframe');
  element.name = nextFrameName();
  element.title = title;
  element.src = ORIGIN + path;
  element.allow = 'payment *; publickey-credentials-get *';
  element.setAttribute('frameborder', '0');
  element.setAttribute('scrolling', 'no');
  element.style.cssText =
    'border:0!important;display:block!important;width:100%!important;height:0;color-scheme:light!important;background:transparent!important;user-select:none!important;';
  /** @type {Map<number, (answer: any) => void>} */
  const waiting = new Map();
  /** @type {((message: any) => void)[]} */
  const listeners = [];
  let lastId = 0;
  /** @type {(port: MessagePort) => void} */
  let opened = () => {};
  const port = new Promise((/** @type {(port: MessagePort) => void} */ resolve) => {
    opened = resolve;
  });
  element.addEventListener('load', () => {
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => {
      const answered = waiting.get(data.answerTo);
      if (answered) {
        waiting.delete(data.answerTo);
        answered(data.answer);
      } else for (const listener of listeners) listener(data);
    };
    element.contentWindow?.postMessage({ standIn: 'hello' }, ORIGIN, [channel.port2]);
    opened(channel.port1);
  });
  return {
    element,
    /** @param {(message: any) => void} listener */
    listen(listener) {
      listeners.push(listener);
    },
    /** @param {object} message */
    async tell(message) {
      (await port).postMessage(message);
    },
    /** @param {object} message @returns {Promise<any>} */
    async ask(message) {
      const id = (lastId += 1);
      const line = await port;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        line.postMessage({ ...message, id });
      });
    },
  };
}
let frameCount = 0;

/** Names of frames as Stripe.js gives them. */
export function nextFrameName() {
  frameCount += 1;
  return `__privateStripeFrame${1000 + frameCount}`;
}

/**
 * Calls the API as the browser may: with the publishable key, the client secret among the parameters.
 * Never rejects: what goes wrong is `{ error }` in Stripe's shape.
 * @param {string} key @param {'GET' | 'POST'} method @param {string} path @param {Record<string, any>} params
 * @returns {Promise<any>}
 */
export async function callApi(key, method, path, params) {
  const form = encodeForm({ ...params, key });
  try {
    const response =
      method === 'GET'
        ? await fetch(`${ORIGIN}${path}?${form}`)
        : await fetch(ORIGIN + path, {
            method,
            headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
            body: form.toString(),
          });
    return await response.json();
  } catch {
    return {
      error: {
        type: 'api_connection_error',
        message:
          'We are experiencing issues connecting to our payments provider. You have not been charged. Please check your internet connection and try again.',
      },
    };
  }
}

/** @param {Record<string, any>} params */
function encodeForm(params) {
  const form = new URLSearchParams();
  /** @param {string} name @param {any} value */
  const add = (name, value) => {
    if (value === undefined || value === null) return;
    if (typeof value === 'object')
      for (const [key, item] of Object.entries(value)) add(`${name}[${key}]`, item);
    else form.append(name, String(value));
  };
  for (const [name, value] of Object.entries(params)) add(name, value);
  return form;
}

/** @param {string} message */
export function integrationError(message) {
  const error = new Error(message);
  error.name = 'IntegrationError';
  return error;
}
