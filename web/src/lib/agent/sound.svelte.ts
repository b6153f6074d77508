import { StoredSwitch } from './stored-switch.svelte.ts';

/** A tone: its start in seconds, and its pitch in hertz. */
type Tone = readonly [delay: number, frequency: number];

/** New order: two soft rising notes. */
const CHIME: readonly Tone[] = [
  [0, 659.25],
  [0.16, 880],
];
/** Alarm: four falling notes, when this screen gets no more updates. */
const ALARM: readonly Tone[] = [
  [0, 880],
  [0.22, 659.25],
  [0.44, 880],
  [0.66, 493.88],
];
/** Changed order: the two notes of a new one, three times, as somebody is at work on it. */
const CALL: readonly Tone[] = [0, 0.4, 0.8].flatMap((delay): Tone[] => [
  [delay, 880],
  [delay + 0.16, 1046.5],
]);
/** Interval of what is heard until somebody reacts. */
const AGAIN = 15_000;

/**
 * Sounds for staff, synthesized in the browser, on all staff pages. Browsers allow sound only after a press or a key,
 * so after a reload it is on and silent: `isBlocked` is then true, and a screen must show it.
 */
class Sound {
  readonly #switch = new StoredSwitch('board-sound');
  #context: AudioContext | undefined;
  #state: AudioContextState | 'interrupted' | undefined = $state();
  #alarm: ReturnType<typeof setTimeout> | undefined;
  #call: ReturnType<typeof setTimeout> | undefined;

  get isOn(): boolean {
    return this.#switch.isOn;
  }

  /** Sound is on, and the browser blocks it until a press. */
  readonly isBlocked = $derived(this.#switch.isOn && this.#state !== undefined && this.#state !== 'running');

  /** Checks whether sound is allowed. Call it when a page with sound is shown. */
  prepare(): void {
    if (this.isOn) this.#open();
  }

  set(isOn: boolean): void {
    this.#switch.set(isOn);
    if (isOn) this.unblock();
  }

  /** Call it on a press of the sound's own button: it wakes the audio device and allows sound. */
  unblock(): void {
    const context = this.#open();
    void context.resume().then(() => this.chime());
  }

  /** Call it on any press on the page: it wakes the audio device. */
  wake(): void {
    if (this.isOn && this.#state !== 'running') void this.#open().resume();
  }

  chime(): void {
    this.#play(CHIME);
  }

  /** Sounds the alarm, and repeats it every 15 seconds while `isWrong`. */
  alarm(isWrong: () => boolean): void {
    clearTimeout(this.#alarm);
    if (!isWrong()) return;
    this.#play(ALARM);
    this.#alarm = setTimeout(() => this.alarm(isWrong), AGAIN);
  }

  /** Calls for somebody, and again every 15 seconds while `isCalling`. */
  call(isCalling: () => boolean): void {
    clearTimeout(this.#call);
    if (!isCalling()) return;
    this.#play(CALL);
    this.#call = setTimeout(() => this.call(isCalling), AGAIN);
  }

  #open(): AudioContext {
    if (this.#context) return this.#context;
    const context = new AudioContext();
    this.#context = context;
    this.#state = context.state;
    context.addEventListener('statechange', () => (this.#state = context.state));
    return context;
  }

  #play(tones: readonly Tone[]): void {
    const context = this.#context;
    if (!this.isOn || context?.state !== 'running') return;
    for (const [delay, frequency] of tones) {
      const start = context.currentTime + delay;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0.0001, start);
      volume.gain.exponentialRampToValueAtTime(0.25, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.7);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + 0.75);
    }
  }
}

/** The instance of this page: it outlives the board, so that the end of a session is heard. */
export const sound = new Sound();
