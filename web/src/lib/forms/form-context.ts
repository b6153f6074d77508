import { getContext, setContext } from 'svelte';
import type { FormState } from './form-state.svelte.ts';

const KEY = Symbol('form');

/** Provides `form` to the fields below. */
export function provideForm(form: FormState): void {
  setContext(KEY, form);
}

/** Returns the problem of the field with this name in the surrounding form. */
export function problemOfField(
  form: FormState | undefined,
  name: string | null | undefined,
): string | undefined {
  return name ? form?.problems[name] : undefined;
}

/** Returns the surrounding form, if any. */
export function findForm(): FormState | undefined {
  return getContext<FormState | undefined>(KEY);
}
