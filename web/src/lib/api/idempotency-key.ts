/** A fresh key for the `Idempotency-Key` header: a UUID from the browser's cryptographic source. */
export function newIdempotencyKey(): string {
  // randomUUID is missing on plain http away from localhost, getRandomValues never is.
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

/**
 * The key of one command from the first press to its answer: pressing again sends the same key as long as what
 * is asked stays the same, so that a command is never done twice. `settle` it on every final answer.
 */
export class CommandKey {
  #key: string | null = null;
  #asked = '';

  /** The key for asking exactly this; another question gets another key. */
  for(question: unknown): string {
    const asked = JSON.stringify(question);
    if (this.#key === null || asked !== this.#asked) {
      this.#key = newIdempotencyKey();
      this.#asked = asked;
    }
    return this.#key;
  }

  /** Forgets the key: the command was answered. */
  settle(): void {
    this.#key = null;
  }
}
