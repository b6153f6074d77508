import helmet from 'koa-helmet';
import type { Middleware } from 'koa';
import type { Origins } from './origins.ts';

/** Inputs of the policy. */
export interface SecurityOptions {
  readonly publicUrl: string;
  readonly stripeJsUrl: string;
  readonly origins: Origins;
  /** Hashes of the inline scripts in the current build of our pages. */
  readonly readScriptHashes: () => Promise<readonly string[]>;
}

/**
 * Security headers that turn off what our pages never need: scripts from hosts other than ours and Stripe.js, framing,
 * content sniffing. They are rebuilt after each build of the pages.
 */
export function createSecurityHeaders(options: SecurityOptions): Middleware {
  const permissions = permissionsOf(options);
  let hashes: readonly string[] = [];
  let setHeaders: Middleware | undefined;
  return async (ctx, next) => {
    // API responses run no scripts, so only page responses check for a new build.
    const now = ctx.path.startsWith('/api/') ? hashes : await options.readScriptHashes();
    if (!setHeaders || now.join() !== hashes.join()) {
      hashes = now;
      setHeaders = createHeaders(options, now);
    }
    ctx.set('Permissions-Policy', permissions);
    await setHeaders(ctx, next);
  };
}

/** Of the browser features, our pages and Stripe's frames need only payments. */
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
  // 'self' does not cover ws: in every browser, and a policy cannot name an IPv6 address.
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
        // Styles cannot run code. Svelte's transitions and Stripe's frames set inline styles.
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
    // Stripe's frame and 3-D Secure pages open windows.
    crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
    crossOriginEmbedderPolicy: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
  });
}
