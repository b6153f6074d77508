// @ts-check
import { byId } from './dashboard-parts.js';

/** Shows an object; `more` fills what stands above it. @param {string} title @param {object} object @param {() => Promise<void>} [more] */
export async function detail(title, object, more) {
  const dialog = /** @type {HTMLDialogElement} */ (byId('detail'));
  byId('detail-title').textContent = title;
  byId('detail-more').replaceChildren();
  const pre = dialog.querySelector('pre');
  if (pre) pre.textContent = JSON.stringify(object, null, 2);
  if (!dialog.open) dialog.showModal();
  await more?.();
}
