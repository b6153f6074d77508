/** Requests about tabs, for `api/who-may.test.ts`. */

import type { Cases } from './case.ts';

export const OF_TABS = {
  'POST /api/tabs': { done: 201, ask: (who) => who.post('/api/tabs', { name: 'Zoe' }) },
  // Without a code that there is, for every caller.
  'POST /api/tabs/join': {
    done: 404,
    ask: (who) => who.post('/api/tabs/join', { code: 'NEVER1', name: 'Zoe' }),
  },
  'GET /api/tabs': { done: 200, ask: (who) => who.get('/api/tabs') },
  'GET /api/tabs/:id': { done: 200, ask: (who, { tab }) => who.get(`/api/tabs/${tab.id}`) },
  'GET /api/tabs/:id/events': { done: 200, ask: (who, { tab }) => who.get(`/api/tabs/${tab.id}/events`) },
  'PATCH /api/tabs/:id': {
    done: 200,
    ask: (who, { tab }) => who.call('PATCH', `/api/tabs/${tab.id}`, { body: { title: 'Lunch' } }),
  },
  // Without a token of the tab in its header, for every caller.
  'POST /api/tabs/:id/session': {
    done: 404,
    ask: (who, { tab }) => who.post(`/api/tabs/${tab.id}/session`),
  },
  'POST /api/tabs/:id/participants': {
    done: 201,
    ask: (who, { tab }) => who.post(`/api/tabs/${tab.id}/participants`, { name: 'Grandma' }),
  },
  'PATCH /api/tabs/:id/participants/:participantId': {
    done: 200,
    ask: (who, { tab }) =>
      who.call('PATCH', `/api/tabs/${tab.id}/participants/${tab.friend}`, { body: { name: 'Mia L.' } }),
  },
  'DELETE /api/tabs/:id/participants/:participantId': {
    done: 200,
    unless: { friend: 403 },
    ask: (who, { tab }) => who.call('DELETE', `/api/tabs/${tab.id}/participants/${tab.removed}`),
  },
  'POST /api/tabs/:id/ready': {
    done: 200,
    ask: (who, { tab }) =>
      who.post(`/api/tabs/${tab.id}/ready`, { isReady: true, participantId: tab.friend }),
  },
  'POST /api/tabs/:id/host': {
    done: 200,
    // The host is there.
    unless: { friend: 409 },
    ask: (who, { tab, name }) =>
      who.post(`/api/tabs/${tab.id}/host`, { participantId: name === 'friend' ? tab.friend : tab.host }),
  },
  'POST /api/tabs/:id/move': {
    done: 200,
    ask: (who, { tab }) => who.post(`/api/tabs/${tab.id}/move`, { place: { kind: 'table', label: 'Next' } }),
  },
  'POST /api/tabs/:id/merge': {
    done: 404,
    ask: (who, { tab }) => who.post(`/api/tabs/${tab.id}/merge`, { intoTabId: crypto.randomUUID() }),
  },
  'POST /api/tabs/:id/code': { done: 200, ask: (who, { tab }) => who.post(`/api/tabs/${tab.id}/code`) },
  'POST /api/tabs/:id/lines': {
    done: 201,
    ask: (who, { tab, variantId }) =>
      who.post(`/api/tabs/${tab.id}/lines`, { variantId, quantity: 1, participantId: tab.friend }),
  },
  'PATCH /api/tabs/:id/lines/:lineId': {
    done: 200,
    ask: (who, { tab }) =>
      who.call('PATCH', `/api/tabs/${tab.id}/lines/${tab.lineId}`, { body: { ifVersion: 1 } }),
  },
  // Based on a version that there is not.
  'DELETE /api/tabs/:id/lines/:lineId': {
    done: 409,
    ask: (who, { tab }) => who.call('DELETE', `/api/tabs/${tab.id}/lines/${tab.lineId}?ifVersion=99`),
  },
  'POST /api/tabs/:id/lines/:lineId/leave': {
    done: 200,
    // The friend has left it already, so that the host is the last.
    unless: { host: 409, agent: 403, manager: 403, admin: 403 },
    ask: (who, { tab }) => who.post(`/api/tabs/${tab.id}/lines/${tab.lineId}/leave`),
  },
  'POST /api/tabs/:id/rounds/preview': {
    done: 200,
    ask: (who, { tab }) => who.post(`/api/tabs/${tab.id}/rounds/preview`),
  },
  // This tab is settled before.
  'POST /api/tabs/:id/payments': {
    done: 409,
    // Staff must say for whom.
    unless: { agent: 400, manager: 400, admin: 400 },
    ask: (who, { tab }) => who.post(`/api/tabs/${tab.id}/payments`, { what: { kind: 'rest' } }),
  },
  // At a price that it never had.
  'POST /api/tabs/:id/rounds': {
    done: 409,
    // Everybody sends her own in a tab that is paid after: test/tabs/paid-after.
    unless: { friend: 403 },
    ask: (who, { tab }) => who.post(`/api/tabs/${tab.id}/rounds`, { expectedAmount: 1 }),
  },
  'POST /api/tabs/:id/knocks/:knockId': {
    done: 404,
    ask: (who, { tab }) => who.post(`/api/tabs/${tab.id}/knocks/${crypto.randomUUID()}`, { letIn: true }),
  },
  // This tab is settled before: it takes no card, and has none.
  'POST /api/tabs/:id/card': {
    done: 409,
    ask: (who, { tab }) => who.post(`/api/tabs/${tab.id}/card`, { email: 'zoe@example.test' }),
  },
  'PUT /api/tabs/:id/card': {
    done: 404,
    ask: (who, { tab }) =>
      who.call('PUT', `/api/tabs/${tab.id}/card`, { body: { setupIntentId: 'seti_of_somebody_else' } }),
  },
  'DELETE /api/tabs/:id/card': {
    done: 200,
    ask: (who, { tab }) => who.call('DELETE', `/api/tabs/${tab.id}/card`),
  },
  'POST /api/tabs/:id/card/charge': {
    done: 409,
    ask: (who, { tab }) => who.post(`/api/tabs/${tab.id}/card/charge`),
  },
  'POST /api/tabs/:id/reopen': {
    done: 200,
    ask: (who, { tab }) => who.post(`/api/tabs/${tab.id}/reopen`),
  },
  'POST /api/tabs/:id/close': { done: 200, ask: (who, { tab }) => who.post(`/api/tabs/${tab.id}/close`) },
} satisfies Cases;
