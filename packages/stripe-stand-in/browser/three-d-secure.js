// @ts-check
const parameters = new URLSearchParams(location.search);
const clientSecret = parameters.get('client_secret') ?? '';
const embedded = parameters.get('embedded') === '1' && window.parent !== window;
const address = location.pathname;
const complete = /** @type {HTMLButtonElement} */ (document.getElementById('test-source-authorize-3ds'));
const fail = /** @type {HTMLButtonElement} */ (document.getElementById('test-source-fail-3ds'));
const what = /** @type {HTMLElement} */ (document.getElementById('what'));
const problem = /** @type {HTMLElement} */ (document.getElementById('problem'));

/** @param {string | null} returnUrl */
function leave(returnUrl) {
  if (embedded) window.parent.postMessage({ standIn: 'authenticated' }, '*');
  else if (returnUrl) location.replace(returnUrl);
  else what.textContent = 'Done. You may close this page.';
}

/** @param {'complete' | 'fail'} outcome */
async function decide(outcome) {
  complete.disabled = fail.disabled = true;
  try {
    const response = await fetch(address, {
      method: 'POST',
      body: new URLSearchParams({ client_secret: clientSecret, outcome }),
    });
    const body = await response.json();
    if (!response.ok) throw new Error(body.error?.message);
    leave(body.return_url);
  } catch (error) {
    problem.textContent =
      error instanceof Error && error.message ? error.message : 'That did not work. Try again.';
    complete.disabled = fail.disabled = false;
  }
}

complete.addEventListener('click', () => decide('complete'));
fail.addEventListener('click', () => decide('fail'));
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !fail.disabled) void decide('fail');
});

const response = await fetch(`${address}?client_secret=${encodeURIComponent(clientSecret)}&format=json`);
const intent = await response.json();
if (response.ok && intent.status === 'requires_action') {
  what.textContent = intent.description;
  complete.disabled = fail.disabled = false;
  complete.focus();
} else if (response.ok) leave(intent.return_url);
else problem.textContent = intent.error?.message ?? 'This payment does not exist.';
