import type { System } from '../harness/system.ts';

/** Starts an API whose pages load Stripe.js from the stand-in, and answers where to open them. */
export async function startPages(system: System, options: { holdMs?: number } = {}): Promise<string> {
  const { config, stripe } = system;
  const { port } = await system.startApi({
    config: {
      ...config,
      ...options,
      stripe: { ...config.stripe, apiUrl: stripe.url, jsUrl: `${stripe.url}/v3/` },
    },
  });
  return `http://localhost:${port}`;
}
