import helmet from 'koa-helmet';
import type { Middleware } from 'koa';
import type { Origins } from './origins.ts';

/**
 * The headers that keep a browser from doing what our pages never need: scripts from elsewhere than us and
 * Stripe.js, framing, sniffing. `scriptHashes` are those of the inline scripts that our own pages start with.
 */
export function createSecurityHeaders(options: {
  publicUrl: string;
  stripeJsUrl: string;
  origins: Origins;
  scriptHashes: readonly string[];
}): Middleware {
  const stripeJs = new URL(options.stripeJsUrl).origin;
  const isStripe = stripeJs === 'https://js.stripe.com';
  const stripeApi = isStripe ? ['https://api.stripe.com'] : [];
  const stripeScripts = isStripe ? [stripeJs, 'https://*.js.stripe.com'] : [stripeJs];
  const stripeFrames = isStripe ? [...stripeScripts, 'https://hooks.stripe.com'] : [stripeJs];
  const isHttps = options.publicUrl.startsWith('https:');
  const sockets = options.origins.list().map((origin) => origin.replace(/^http/, 'ws'));
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
        scriptSrc: ["'self'", ...stripeScripts, ...options.scriptHashes.map((hash) => `'sha256-${hash}'`)],
        scriptSrcAttr: ["'none'"],
        // Styles cannot run code; Svelte's transitions and Stripe's frames set them inline.
        styleSrc: ["'self'", "'unsafe-inline'"],
        fontSrc: ["'self'", 'data:'],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'", ...sockets, stripeJs, ...stripeApi],
        frameSrc: stripeFrames,
        workerSrc: ["'self'"],
        manifestSrc: ["'self'"],
        ...(isHttps && { upgradeInsecureRequests: [] }),
      },
    },
    strictTransportSecurity: isHttps ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    // Stripe's frame and 3-D Secure pages open windows of their own.
    crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
    crossOriginEmbedderPolicy: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
  });
}
