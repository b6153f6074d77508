import { isUnanswered } from './api-error.ts';

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
 * the same, so a command never runs twice.
 */
export class CommandKey {
  #key: string | null = null;
  #asked = '';

  #for(question: unknown): string {
    const asked = JSON.stringify(question);
    if (this.#key === null || asked !== this.#asked) {
      this.#key = newIdempotencyKey();
      this.#asked = asked;
    }
    return this.#key;
  }

  /** Sends a command with the key for exactly this request. Discards the key after a final response. */
  async run<Answer>(question: unknown, send: (key: string) => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await send(this.#for(question));
      this.#key = null;
      return answer;
    } catch (error) {
      if (!isUnanswered(error)) this.#key = null;
      throw error;
    }
  }
}
