/** Checks the pages' sources: any other form or field would not show the API's refusals. */

import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const sources = globSync('web/src/**/*.svelte').map((file) => ({ file, text: readFileSync(file, 'utf8') }));

it('every form is the one that marks its fields', () => {
  const own = sources.filter(({ text }) => /<form\b/.test(text)).map(({ file }) => file);
  expect(own).toEqual(['web/src/lib/forms/Form.svelte']);
});

it('every field has the name that it has in the request', () => {
  const nameless = sources.flatMap(({ file, text }) =>
    [...text.matchAll(/<(?:Field|TextAreaField|PasswordField|SelectField)\b[^]*?\/?>\s*(?:\n|$)/g)]
      .map(([tag]) => tag)
      .filter((tag) => !/\bname=|\{name\}|\{\.\.\.rest\}/.test(tag))
      .map((tag) => `${file}: ${tag.slice(0, 80)}`),
  );
  expect(nameless).toEqual([]);
});
