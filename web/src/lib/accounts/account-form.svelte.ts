import { sentenceFor } from '../api/api-error.ts';

/** Sending a form about an account: one at a time, with a sentence when it fails. */
export class AccountForm {
  busy = $state(false);
  problem = $state('');
  /** Problems of fields are shown from the first try on. */
  tried = $state(false);

  /** Does the work when nothing is missing; else puts the focus on the first field that is wrong. */
  async submit(form: HTMLFormElement, isComplete: boolean, work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.tried = true;
    this.problem = '';
    if (!isComplete) {
      requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
      return;
    }
    this.busy = true;
    try {
      await work();
    } catch (error) {
      this.problem = sentenceFor(error);
    } finally {
      this.busy = false;
    }
  }
}

/** What is wrong with a mail address, in words. */
export function emailProblem(email: string): string | undefined {
  return /^\S+@\S+\.\S+$/.test(email.trim()) ? undefined : 'Please give your mail address.';
}

/** What is wrong with a new password, in words. */
export function passwordProblem(password: string): string | undefined {
  return password.length >= 8 ? undefined : 'At least 8 characters, please.';
}
