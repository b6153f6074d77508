/** Returns a fresh key for the `Idempotency-Key` header: a UUID from the browser's cryptographic source. */
export function newIdempotencyKey(): string {
  // randomUUID is missing on plain http except localhost; getRandomValues always exists.
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

/**
 * The key of one command from the first press to its response: pressing again sends the same key while the request is
 * the same, so a command never runs twice. Call `settle` on every final response.
 */
export class CommandKey {
  #key: string | null = null;
  #asked = '';

  /** Returns the key for exactly this request; a different request gets a new one. */
  for(question: unknown): string {
    const asked = JSON.stringify(question);
    if (this.#key === null || asked !== this.#asked) {
      this.#key = newIdempotencyKey();
      this.#asked = asked;
    }
    return this.#key;
  }

  /** Discards the key after a final response. */
  settle(): void {
    this.#key = null;
  }
}
