/** What the people of a random group do as people: join, leave, lead and set. */

import { randomUUID } from 'node:crypto';
import type { Tab } from '../../domain/contract/tabs.ts';
import { patiently } from '../setup/patiently.ts';
import { PHONES, type Stage } from './stage.ts';
import type { Step } from './steps.ts';
import { StrictScreen } from './strict-screen.ts';

const NAMES = ['Mia', 'mia', 'Ben', 'Zoé', 'Mia 2'];

export const PEOPLE_VERBS = {
  join: async (stage: Stage, step: Step) => {
    const phone = stage.phoneOf(step);
    const { tab } = (await patiently(stage.system.agent, 'GET', `/api/tabs/${stage.tabId}`)).body as {
      tab: Tab;
    };
    const name = NAMES[step.n % NAMES.length]!;
    const reply = await patiently(phone.who, 'POST', '/api/tabs/join', {
      ...(step.isOdd || tab.joinUrl === null
        ? { code: tab.joinCode ?? 'AAAAAA' }
        : { secret: new URL(tab.joinUrl).hash.slice(1) }),
      name,
    });
    const newId = reply.body.participant?.id as string | undefined;
    const expected = stage.model.join(phone.participantId, newId ?? randomUUID(), name);
    if (stage.compare(`phone ${step.by % PHONES} joins as ${name}`, reply, expected))
      await stage.seat(phone, newId!, reply.body.guestToken);
  },
  addPerson: async (stage: Stage, step: Step) => {
    const { asker, phone } = stage.actor(step);
    const name = NAMES[step.n % NAMES.length]!;
    const reply = await stage.ask(phone, 'POST', '/participants', { name });
    const added = reply.status === 201 ? (reply.body.tab as Tab).participants.at(-1)!.id : randomUUID();
    stage.compare(`${asker} adds ${name}`, reply, stage.model.addPerson(asker, added, name));
  },
  rename: async (stage: Stage, step: Step) => {
    const { asker, phone } = stage.actor(step);
    const target = step.isOdd && asker !== 'agent' ? (asker ?? stage.person(step.on)) : stage.person(step.on);
    const name = NAMES[step.n % NAMES.length]!;
    const reply = await stage.ask(phone, 'PATCH', `/participants/${target}`, { name });
    stage.compare(`${asker} renames ${target} ${name}`, reply, stage.model.rename(asker, target, name));
  },
  ready: async (stage: Stage, step: Step) => {
    const { asker, phone } = stage.actor(step);
    const target =
      step.n % 3 === 0 || asker === 'agent' ? stage.person(step.on) : (asker ?? stage.model.host);
    const body = { isReady: step.isOdd || step.n % 2 === 0, participantId: target };
    const reply = await stage.ask(phone, 'POST', '/ready', body);
    stage.compare(
      `${asker}: ${target} is ready: ${body.isReady}`,
      reply,
      stage.model.setReady(asker, target, body.isReady),
    );
  },
  leave: async (stage: Stage, step: Step) => {
    const { asker, phone } = stage.actor(step);
    if (asker === 'agent' || asker === undefined) return;
    const reply = await stage.ask(phone, 'DELETE', `/participants/${asker}`);
    stage.compare(`${asker} leaves`, reply, stage.model.takeOut(asker, asker));
  },
  remove: async (stage: Stage, step: Step) => {
    const { asker, phone } = stage.actor(step);
    const target = stage.person(step.on);
    const reply = await stage.ask(phone, 'DELETE', `/participants/${target}`);
    stage.compare(`${asker} removes ${target}`, reply, stage.model.takeOut(asker, target));
  },
  handOver: async (stage: Stage, step: Step) => {
    const { asker, phone } = stage.actor(step);
    const target = stage.person(step.on);
    const reply = await stage.ask(phone, 'POST', '/host', { participantId: target });
    stage.compare(`${asker} makes ${target} the host`, reply, stage.model.handOver(asker, target));
  },
  lock: (stage: Stage, step: Step) => set(stage, step, { isLocked: step.n % 3 === 0 }),
  limit: (stage: Stage, step: Step) => set(stage, step, { spendingLimit: step.n % 3 === 0 ? 1000 : null }),
  title: (stage: Stage, step: Step) => set(stage, step, { title: step.isOdd ? null : 'Lunch' }),
  renewCode: async (stage: Stage, step: Step) => {
    const { asker, phone } = stage.actor(step);
    const reply = await stage.ask(phone, 'POST', '/code', {});
    stage.compare(`${asker} renews the code`, reply, stage.model.renewCode(asker));
  },
  reconnect: async (stage: Stage, step: Step) => {
    const phone = stage.phoneOf(step);
    if (!phone.screen || phone.screen.isOut || !stage.model.isIn(phone.participantId)) return;
    const since = Math.max(1, phone.screen.tab.version - (step.n % 4));
    phone.screen.close();
    const { who, token } = phone;
    phone.screen = await StrictScreen.open(who, { tabId: stage.tabId, guestToken: token, since });
    stage.story.push(`phone ${step.by % PHONES} comes back since ${since}`);
  },
  close: async (stage: Stage, step: Step) => {
    const { asker, phone } = stage.actor(step);
    if (step.n % 3 > 0) return;
    const reply = await stage.ask(phone, 'POST', '/close', {});
    stage.compare(`${asker} closes the tab`, reply, stage.model.close(asker));
    stage.finish();
  },
};

async function set(
  stage: Stage,
  step: Step,
  wanted: { title?: string | null; isLocked?: boolean; spendingLimit?: number | null },
) {
  const { asker, phone } = stage.actor(step);
  const reply = await stage.ask(phone, 'PATCH', '', wanted);
  stage.compare(`${asker} sets ${JSON.stringify(wanted)}`, reply, stage.model.settings(asker, wanted));
}
