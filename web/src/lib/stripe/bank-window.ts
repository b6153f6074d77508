/**
 * The window in which a bank asks its question. Stripe.js puts it over the page and has no call to take it away again, so
 * that Back on a phone would leave it over whatever page comes next: this takes away what came with the question.
 */
export class BankWindow {
  #close: (() => void) | undefined;

  get isOpen(): boolean {
    return this.#close !== undefined;
  }

  /** Asks, and resolves with the answer; with undefined when it was closed before there was one. */
  async ask<Answer>(question: () => Promise<Answer>): Promise<Answer | undefined> {
    const before = new Set(document.body.children);
    const { documentElement: root, body } = document;
    const styles = [root.style.cssText, body.style.cssText] as const;
    const left = new Promise<undefined>((resolve) => {
      this.#close = () => {
        for (const child of [...body.children]) if (!before.has(child)) child.remove();
        [root.style.cssText, body.style.cssText] = styles;
        resolve(undefined);
      };
    });
    try {
      return await Promise.race([question(), left]);
    } finally {
      this.#close = undefined;
    }
  }

  /** Takes the window away; the question stays open, and can be asked again. */
  close(): void {
    this.#close?.();
  }
}
