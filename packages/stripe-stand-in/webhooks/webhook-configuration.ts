import { API_VERSION } from '../protocol/call.ts';
import type { Clock } from '../store/clock.ts';
import type { Store } from '../store/store.ts';

/** The endpoint that comes from the options. */
export interface ConfiguredEndpoint {
  url: string;
  secret: string;
  /** The types of events it is sent; all when absent. */
  types?: readonly string[];
}

/** The endpoint that comes from the options has this id. */
export const CONFIGURED_ENDPOINT = 'we_configured';

/** Stores the endpoint of the options, or disables that of an earlier run. */
export function configure(store: Store, clock: Clock, configured: ConfiguredEndpoint | undefined): void {
  const known = store.webhookEndpoints.find(CONFIGURED_ENDPOINT);
  if (!configured) {
    if (known) store.webhookEndpoints.save({ ...known.object, status: 'disabled' }, known.hidden);
    return;
  }
  const object = {
    id: CONFIGURED_ENDPOINT,
    object: 'webhook_endpoint' as const,
    api_version: API_VERSION,
    application: null,
    created: clock.seconds(),
    description: 'From the configuration of the stand-in',
    enabled_events: [...(configured.types ?? ['*'])],
    livemode: false,
    metadata: {},
    status: 'enabled',
    url: configured.url,
  };
  if (known)
    store.webhookEndpoints.save({ ...object, created: known.object.created }, { secret: configured.secret });
  else store.webhookEndpoints.insert(object, { secret: configured.secret });
}
