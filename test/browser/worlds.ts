/**
 * Browsers and environments unlike a developer's, as scripts that run in a page before its own. Each removes something
 * or changes it as a real one does.
 */

import { createServer, request, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { newFeatures } from './newer-features.ts';

/** Removes every feature newer than the oldest supported browsers, and every feature missing on plain http. */
export function oldBrowser(): string {
  return `(() => {
    const iterator = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
    const remove = (object, name) => {
      if (object && Object.hasOwn(object, name)) Reflect.deleteProperty(object, name);
    };
    for (const { owner, name, isStatic } of ${JSON.stringify(newFeatures())}) {
      if (owner === undefined) remove(globalThis, name);
      else if (owner === 'Window') remove(globalThis, name);
      else if (owner === 'Iterator') remove(iterator, name);
      else {
        if (isStatic !== false) remove(globalThis[owner], name);
        if (isStatic !== true) remove(globalThis[owner]?.prototype, name);
      }
    }
    remove(globalThis, 'Iterator');
  })()`;
}

/** "Block all cookies": even reading `localStorage` throws. */
export const BLOCKED_STORAGE = `
  for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
    Object.defineProperty(window, name, {
      configurable: true,
      get() { throw new DOMException('Access is denied for this document.', 'SecurityError'); },
    });
  }
  Object.defineProperty(document, 'cookie', { get: () => '', set() {} });
  Object.defineProperty(navigator, 'cookieEnabled', { get: () => false });`;

/** A full disk, or a private window of an older browser: storage can be read but not written. */
export const FULL_STORAGE = `
  Storage.prototype.setItem = () => { throw new DOMException('The quota has been exceeded.', 'QuotaExceededError'); };`;

/** Shifts the device's clock by this much. */
export function wrongClock(milliseconds: number): string {
  return `{
    const RealDate = Date;
    globalThis.Date = class extends RealDate {
      constructor(...given) { given.length === 0 ? super(RealDate.now() + ${milliseconds}) : super(...given); }
      static now() { return RealDate.now() + ${milliseconds}; }
    };
  }`;
}

/**
 * Translates a page as Chrome and Edge do: replaces every translatable text node by a `<font>` with its
 * translation, now and whenever text is added. It translates into the same language, so that a page can be
 * compared, word by word, with an untranslated one.
 */
export const TRANSLATOR = `(() => {
  const isSkipped = (node) => node.parentElement?.closest('script, style, noscript, textarea, [translate=no], .notranslate, font') != null;
  const translate = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = root.nodeType === Node.TEXT_NODE ? [root] : [];
    while (walker.nextNode()) found.push(walker.currentNode);
    for (const text of found) {
      if (!text.isConnected || text.nodeValue.trim() === '' || isSkipped(text)) continue;
      const outer = document.createElement('font');
      const inner = outer.appendChild(document.createElement('font'));
      inner.textContent = text.nodeValue;
      text.parentNode.replaceChild(outer, text);
    }
  };
  const start = () => {
    document.documentElement.classList.add('translated-ltr');
    new MutationObserver((changes) => {
      for (const change of changes) {
        if (change.type === 'characterData') translate(change.target);
        else change.addedNodes.forEach(translate);
      }
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
    translate(document.body);
  };
  if (window === top) addEventListener('load', () => setTimeout(start));
})()`;

/** A proxy to `url` that strips cookies in both directions. */
export async function withoutCookies(url: string): Promise<{ url: string; stop(): Promise<void> }> {
  const target = new URL(url);
  const headersOf = ({ headers: { cookie: _, ...headers } }: IncomingMessage) => ({
    ...headers,
    host: target.host,
    ...(headers.origin && { origin: target.origin }),
  });
  const sockets = new Set<Duplex>();
  const server = createServer((incoming, answer) => {
    const { method, url: path } = incoming;
    const passed = request({
      host: target.hostname,
      port: target.port,
      method,
      path,
      headers: headersOf(incoming),
    });
    passed.on('response', (response) => {
      const { 'set-cookie': _, ...headers } = response.headers;
      answer.writeHead(response.statusCode!, headers);
      response.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    incoming.pipe(passed);
  });
  server.on('upgrade', (incoming, socket, head) => {
    const upstream = connect({ host: target.hostname, port: Number(target.port) }, () => {
      const lines = Object.entries(headersOf(incoming)).map(([name, value]) => `${name}: ${String(value)}`);
      upstream.write([`GET ${incoming.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    sockets.add(socket).add(upstream);
    for (const end of [upstream, socket])
      end.on('error', () => [upstream, socket].forEach((one) => one.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
