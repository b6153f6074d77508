import helmet from 'koa-helmet';
import type { Middleware } from 'koa';
import type { Origins } from './origins.ts';

/** What the policy depends on. */
export interface SecurityOptions {
  readonly publicUrl: string;
  readonly stripeJsUrl: string;
  readonly origins: Origins;
  /** Hashes of the inline scripts that our own pages start with, as they are built now. */
  readonly readScriptHashes: () => Promise<readonly string[]>;
}

/**
 * The headers that keep a browser from doing what our pages never need: scripts from elsewhere than us and
 * Stripe.js, framing, sniffing. Made anew when the pages are built anew.
 */
export function createSecurityHeaders(options: SecurityOptions): Middleware {
  const permissions = permissionsOf(options);
  let hashes: readonly string[] = [];
  let setHeaders: Middleware | undefined;
  return async (ctx, next) => {
    // Answers of the API run no script: only pages ask whether theirs has changed.
    const now = ctx.path.startsWith('/api/') ? hashes : await options.readScriptHashes();
    if (!setHeaders || now.join() !== hashes.join()) {
      hashes = now;
      setHeaders = createHeaders(options, now);
    }
    ctx.set('Permissions-Policy', permissions);
    await setHeaders(ctx, next);
  };
}

/** Of what a browser may do for a page, ours need payments alone, and Stripe's frame in them. */
function permissionsOf({ stripeJsUrl }: SecurityOptions): string {
  const payment = `payment=(self "${new URL(stripeJsUrl).origin}")`;
  const never = [
    'camera',
    'display-capture',
    'geolocation',
    'gyroscope',
    'magnetometer',
    'microphone',
    'midi',
    'usb',
  ];
  return [payment, ...never.map((feature) => `${feature}=()`)].join(', ');
}

function createHeaders(options: SecurityOptions, scriptHashes: readonly string[]): Middleware {
  const stripeJs = new URL(options.stripeJsUrl).origin;
  const isStripe = stripeJs === 'https://js.stripe.com';
  const stripeApi = isStripe ? ['https://api.stripe.com'] : [];
  const stripeScripts = isStripe ? [stripeJs, 'https://*.js.stripe.com'] : [stripeJs];
  const stripeFrames = isStripe ? [...stripeScripts, 'https://hooks.stripe.com'] : [stripeJs];
  const isHttps = options.publicUrl.startsWith('https:');
  // 'self' does not cover ws: in every browser. A policy cannot name an IPv6 address.
  const sockets = options.origins
    .list()
    .filter((origin) => !origin.includes('['))
    .map((origin) => origin.replace(/^http/, 'ws'));
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
        scriptSrc: ["'self'", ...stripeScripts, ...scriptHashes.map((hash) => `'sha256-${hash}'`)],
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
    strictTransportSecurity: isHttps ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    // Stripe's frame and 3-D Secure pages open windows of their own.
    crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
    crossOriginEmbedderPolicy: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
  });
}
