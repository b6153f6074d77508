/**
 * Tracks the visible section: the last whose top is above the sticky bars' lower edge. Follows scrolling from `attach`
 * until its cleanup.
 */
export class ScrollSpy {
  active = $state('');
  /** The page is scrolled past its head. */
  scrolled = $state(false);
  readonly #ids: () => readonly string[];
  readonly #offset: number;

  constructor(ids: () => readonly string[], offset: number) {
    this.#ids = ids;
    this.#offset = offset;
  }

  attach(): () => void {
    let frame = 0;
    const look = (): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => this.look());
    };
    look();
    window.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    };
  }

  /** Measures again: the sections may have changed. */
  look(): void {
    const ids = this.#ids();
    this.scrolled = window.scrollY > 260;
    const atEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 4;
    const passed = ids.filter((id) => {
      const top = document.getElementById(id)?.getBoundingClientRect().top;
      return top !== undefined && top <= this.#offset;
    });
    this.active = (atEnd && window.scrollY > 0 ? ids.at(-1) : passed.at(-1)) ?? ids[0] ?? '';
  }
}
