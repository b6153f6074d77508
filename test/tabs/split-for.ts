/** The split that a step asks for: of every kind, now and then one that does not add up. */

import { amountOf, type ModelSplit } from './model-split.ts';
import type { TabModel } from './tab-model.ts';
import type { Step } from './steps.ts';

export function splitFor(model: TabModel, { n, on, isOdd }: Step): ModelSplit {
  const { lines, present } = model;
  const ids = present.map(({ id }) => id);
  const one = ids[on % Math.max(1, ids.length)] ?? model.host;
  const some = ids.filter((_, index) => index % 2 === n % 2);
  const total = lines.reduce((sum, line) => sum + amountOf(line), 0);
  const off = isOdd ? 0 : n % 3;
  const kinds: (() => ModelSplit)[] = [
    () => ({ kind: 'own' }),
    () => ({ kind: 'even' }),
    () => ({ kind: 'even', except: lines.slice(0, 1 + (n % 2)).map(({ id }) => id) }),
    () => (some.length > 0 ? { kind: 'even', participantIds: some } : { kind: 'even' }),
    () => ({ kind: 'treat', payerId: one }),
    () => (some.length > 0 ? { kind: 'treat', payerId: one, participantIds: some } : { kind: 'own' }),
    () => ({
      kind: 'own',
      treats: [{ kind: 'treat', payerId: one, participantIds: [ids[n % Math.max(1, ids.length)] ?? one] }],
    }),
    () => {
      const first = Math.floor((total * (n % 10)) / 10);
      const amounts = [{ participantId: one, amount: total - first + off }];
      const other = ids.find((id) => id !== one);
      if (!other) return { kind: 'custom', amounts: [{ participantId: one, amount: total + off }] };
      return { kind: 'custom', amounts: [...amounts, { participantId: other, amount: first }] };
    },
    () => {
      const part = Math.floor(10_000 / Math.max(1, ids.length));
      const rest = 10_000 - part * (ids.length - 1) - off;
      return {
        kind: 'custom',
        percents: ids.map((participantId, index) => ({
          participantId,
          basisPoints: index === 0 ? rest : part,
        })),
      };
    },
  ];
  return kinds[(n + on) % kinds.length]!();
}
