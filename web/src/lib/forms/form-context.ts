import { getContext, setContext } from 'svelte';
import type { FormState } from './form-state.svelte.ts';

const KEY = Symbol('form');

/** Makes `form` the one that the fields below belong to. */
export function provideForm(form: FormState): void {
  setContext(KEY, form);
}

/** What is wrong with the field of this name in the form that it stands in. */
export function problemOfField(
  form: FormState | undefined,
  name: string | null | undefined,
): string | undefined {
  return name ? form?.problems[name] : undefined;
}

/** The form that a field stands in, if it stands in one. */
export function findForm(): FormState | undefined {
  return getContext<FormState | undefined>(KEY);
}
