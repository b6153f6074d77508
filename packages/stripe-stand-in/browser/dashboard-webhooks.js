// @ts-check
import { detail } from './dashboard-detail.js';
import { button, call, idCell, make, post, status, table, when } from './dashboard-parts.js';

/** @param {(items: any[]) => any[]} filtered */
export async function drawEvents(filtered) {
  const [{ data }, { items }] = await Promise.all([
    call('/v1/events?limit=100'),
    call('/_/deliveries?limit=500'),
  ]);
  const events = data.map((/** @type {any} */ event) => ({
    ...event,
    sent: items
      .filter((/** @type {any} */ one) => one.event === event.id)
      .map((/** @type {any} */ one) => one.state),
  }));
  table(
    'events-list',
    ['Event', 'Object', 'Deliveries', 'Created', 'Do'],
    filtered(events),
    (event) => [
      idCell(event.id, () => detail(event.type, event), event.type),
      make('code', {}, event.data.object.id),
      make('span', {}, ...(event.sent.length > 0 ? event.sent.map(status) : ['no endpoint'])),
      when(event.created),
      sendAgain(event.id),
    ],
    'No event here.',
  );
}

/** Where events go, and what became of them. @param {(items: any[]) => any[]} filtered */
export async function drawWebhooks(filtered) {
  const [{ data }, { items }] = await Promise.all([
    call('/v1/webhook_endpoints?limit=100'),
    call('/_/deliveries?limit=200'),
  ]);
  table(
    'endpoints-list',
    ['Endpoint', 'Address', 'Events', 'Status', 'Do'],
    data,
    (endpoint) => [
      idCell(endpoint.id, () => detail(endpoint.id, endpoint)),
      make('code', {}, endpoint.url),
      endpoint.enabled_events.join(', '),
      status(endpoint.status),
      make('div', { className: 'actions' }, ...endpointActions(endpoint)),
    ],
    'No endpoint: events are kept, and sent to nobody.',
  );
  table(
    'deliveries-list',
    ['Event', 'State', 'Answer', 'Attempts', 'Next', 'To', 'Do'],
    filtered(items),
    (one) => [
      idCell(one.event, () => detail(one.type, one), one.type),
      status(one.state),
      one.lastError ?? (one.lastStatus ? String(one.lastStatus) : ''),
      String(one.attempts),
      one.nextAt ? new Date(one.nextAt).toLocaleTimeString() : '',
      make('span', { className: 'about', title: one.url }, one.url),
      sendAgain(one.event),
    ],
    'Nothing was sent yet.',
  );
}

/** @param {any} endpoint @returns {Node[]} */
function endpointActions(endpoint) {
  const path = `/v1/webhook_endpoints/${endpoint.id}`;
  const isOn = endpoint.status === 'enabled';
  return [
    button(isOn ? 'Disable' : 'Enable', () =>
      call(path, { method: 'POST', form: { disabled: String(isOn) } }),
    ),
  ];
}

/** @param {string} event */
const sendAgain = (event) => button('Send again', () => post(`/_/events/${event}/resend`));
