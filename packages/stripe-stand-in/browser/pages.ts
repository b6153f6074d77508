import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';

const folder = new URL('./', import.meta.url);

function read(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}

/** The script of /v3/: the parts joined into one function that knows where it came from. */
function stripeScript(endive: boolean): string {
  const parts = ['channel', 'press', 'elements', 'next-action', 'stripe'].map((name) =>
    read(`stripe-js/${name}.js`),
  );
  const joined = parts
    .join('\n')
    .replaceAll(/^import .*$/gm, '')
    .replaceAll(/^export /gm, '');
  return `(() => {\n'use strict';\nconst ORIGIN = new URL(document.currentScript.src).origin;\nconst ENDIVE = ${endive};\n${joined}\n})();\n`;
}

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

function ownModules(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`/_/${name}.js`, `${name}.js`]));
}

/** The file that each path serves. */
const FILES: Record<string, string> = {
  '/': 'dashboard.html',
  '/_/dashboard.css': 'dashboard.css',
  ...ownModules(
    'dashboard',
    'dashboard-detail',
    'dashboard-faults',
    'dashboard-money',
    'dashboard-parts',
    'dashboard-payments',
    'dashboard-views',
    'dashboard-webhooks',
  ),
  '/_/three-d-secure.css': 'three-d-secure.css',
  '/_/three-d-secure.js': 'three-d-secure.js',
  '/v3/payment-frame': 'payment-frame.html',
  '/v3/payment-frame.css': 'payment-frame.css',
  '/v3/payment-frame.js': 'payment-frame.js',
  '/v3/appearance.js': 'appearance.js',
  '/v3/card-fields.js': 'card-fields.js',
};

/** Serves a page, a style sheet or a script. Returns false when there is none at that path. */
export function servePage(path: string, response: ServerResponse): boolean {
  if (/^\/v3\/?$/.test(path) || /^\/(v3|[a-z]+)\/stripe\.js$/.test(path)) {
    const old =
      path.startsWith('/v3') ||
      ['/acacia/stripe.js', '/basil/stripe.js', '/clover/stripe.js', '/dahlia/stripe.js'].includes(path);
    send(response, 'js', stripeScript(!old));
    return true;
  }
  const file = FILES[path];
  if (file === undefined) return false;
  send(response, file.split('.').at(-1) ?? '', read(file));
  return true;
}

/** Serves the bank's page, which is shown in a dialog or by itself. */
export function serveBankPage(response: ServerResponse): void {
  send(response, 'html', read('three-d-secure.html'));
}

function send(response: ServerResponse, extension: string, text: string): void {
  response.writeHead(200, {
    'Content-Type': TYPES[extension] ?? 'text/plain',
    'Cache-Control': 'no-cache',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Content-Security-Policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'",
  });
  response.end(text);
}
