/** `POST /api/tabs/join`: by the link's secret or the spoken code, which cannot be guessed. */

import { randomUUID } from 'node:crypto';
import { joinTab, type TabKey } from '../../db/orders/tabs/join-tab.ts';
import { TabRefused } from '../../db/orders/tabs/tab-refused.ts';
import type { JoinTab } from '../../domain/contract/tabs.ts';
import { readJoinCode } from '../../domain/join-code.ts';
import { invalidRequest, notFound } from '../http/api-error.ts';
import type { Client } from '../http/client-address.ts';
import { requestIdFor } from '../http/idempotency.ts';
import { readLanguage } from '../http/language.ts';
import { addressOf } from '../people/contact.ts';
import type { Handlers } from '../http/route.ts';
import type { TabDependencies } from './command-tabs.ts';
import { welcomeTo } from './welcome.ts';

const SECRET = /^[\w-]+$/;
/** Whose wrong codes are counted together, beside those of each network. */
const EVERYBODY = 'everybody';

export function joinRoutes(dependencies: TabDependencies) {
  const { databases, tabs, guests, rateLimits } = dependencies;

  /** Runs `join` with the key, and counts wrong codes: after enough of them no tab is looked for any more. */
  async function withKey<Result>(
    client: Client,
    body: JoinTab,
    join: (key: TabKey) => Promise<Result>,
  ): Promise<Result> {
    if (body.secret !== undefined) {
      await rateLimits.consume('tabLink', { client, person: undefined });
      if (!SECRET.test(body.secret)) throw notFound('A tab with this link');
      return join({ secret: body.secret });
    }
    const code = readJoinCode(body.code!);
    const wrong = notFound('A tab with this code');
    const attempt = async () => {
      if (code === undefined) throw wrong;
      try {
        return await join({ code });
      } catch (error) {
        throw error instanceof TabRefused && error.code === 'not_found' ? wrong : error;
      }
    };
    const who = { client, person: EVERYBODY };
    return rateLimits.countFailures('tabCode', who, attempt, (error) => error === wrong);
  }

  return {
    'POST /api/tabs/join': async ({ ctx, body, person, idempotencyKey }) => {
      const { user, participantIds } = await person();
      const name = body.name ?? user?.name;
      const joined = await withKey(ctx.state.client, body, (key) => {
        const id =
          idempotencyKey === undefined
            ? randomUUID()
            : requestIdFor(
                `join ${'code' in key ? key.code : key.secret}`,
                user?.id ?? 'guest',
                idempotencyKey,
              );
        return joinTab(databases.orders, {
          key,
          // A repeat with the same key is by the person whom the first request added.
          known: { participantIds: [...participantIds, id], userId: user?.id ?? null },
          person:
            name === undefined
              ? null
              : {
                  ...{ id, name, userId: user?.id ?? null, language: readLanguage(ctx) },
                  ...addressOf(user, body.email),
                },
        });
      });
      if (!joined) {
        throw invalidRequest('Tell the others your name.', [{ path: ['name'], code: 'required' }]);
      }
      const { participantId } = joined;
      const live = await tabs.changed(joined.tab.id);
      const self = { user, participantIds: [...participantIds, participantId] };
      return { status: 201, body: await welcomeTo(guests, ctx, live, self, participantId) };
    },
  } satisfies Partial<Handlers>;
}
