import * as m from '#messages';
import type { Stripe, StripeConstructor } from '@stripe/stripe-js';
import { ApiError } from '../api/api-error.ts';
import { pageLanguage } from '../browser/language.ts';
import { loadPublicConfig } from '../api/public-config.ts';

declare global {
  interface Window {
    Stripe?: StripeConstructor;
  }
}

let known: Promise<Stripe> | undefined;

/** Loads Stripe.js from the configured address, once per page; the next call retries a failure. */
export function loadStripe(): Promise<Stripe> {
  known ??= load().catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return known;
}

async function load(): Promise<Stripe> {
  const config = await loadPublicConfig();
  if (!window.Stripe) await addScript(config.stripeJsUrl);
  if (!window.Stripe) throw unreachable();
  return window.Stripe(config.stripePublishableKey, { locale: pageLanguage ?? 'auto' });
}

function addScript(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = url;
    script.async = true;
    script.onload = () => resolve();
    script.onerror = () => {
      script.remove();
      reject(unreachable());
    };
    document.head.append(script);
  });
}

function unreachable(): ApiError {
  return new ApiError('offline', m.cards.formUnreachable());
}
