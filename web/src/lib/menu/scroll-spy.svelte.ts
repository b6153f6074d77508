/**
 * Which of the sections with these ids is in sight: the last whose top has passed below the sticky bars. Follows
 * scrolling from `attach` to the end it returns.
 */
export class ScrollSpy {
  active = $state('');
  /** The page is scrolled past its first screen's head. */
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

  /** Looks anew: the sections may have changed. */
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
