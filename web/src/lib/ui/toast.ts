/** Short messages over the page. Toasts.svelte, which shows them, loads after the first paint. */

import type { ExternalToast } from 'svelte-sonner';

type Kind = 'message' | 'success' | 'error' | 'warning';

const show =
  (kind: Kind) =>
  (text: string, options?: ExternalToast): void =>
    void import('svelte-sonner').then(({ toast: { [kind]: say } }) => say(text, options));

export const toast = Object.assign(show('message'), {
  success: show('success'),
  error: show('error'),
  warning: show('warning'),
});
