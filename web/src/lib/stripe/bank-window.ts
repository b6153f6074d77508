/**
 * The window of the bank's challenge. Stripe.js puts it over the page and has no call to close it, so that Back on a
 * phone would leave it over the next page. This removes the elements that came with it.
 */
export class BankWindow {
  #close: (() => void) | undefined;

  get isOpen(): boolean {
    return this.#close !== undefined;
  }

  /** Opens it and resolves with the result; with undefined if it was closed before. */
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

  /** Closes the window; the challenge stays open and can be shown again. */
  close(): void {
    this.#close?.();
  }
}
