import type { ShopSettings } from '../../domain/contract/settings.ts';
import type { System } from '../harness/system.ts';
import { settingsWith } from '../setup/system.ts';

/** Starts an API whose pages load Stripe.js from the stand-in, and returns their URL. */
export async function startPages(system: System, other: Partial<ShopSettings> = {}): Promise<string> {
  const { config, settings, stripe } = system;
  const { port } = await system.startApi({
    settings: settingsWith(settings, other),
    config: {
      ...config,
      stripe: { ...config.stripe, apiUrl: stripe.url, jsUrl: `${stripe.url}/v3/` },
    },
  });
  return `http://localhost:${port}`;
}
