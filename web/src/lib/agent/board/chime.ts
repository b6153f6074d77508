/**
 * The sound of a new order: two soft notes made by the browser itself. Browsers allow sound only after a press or
 * a key on the page; until then `play` stays silent.
 */
export class Chime {
  #context: AudioContext | undefined;

  /** Call it on the press that turns the sound on, and on later presses: it wakes the audio device. */
  wake(): void {
    this.#context ??= new AudioContext();
    if (this.#context.state === 'suspended') void this.#context.resume();
  }

  play(): void {
    const context = this.#context;
    if (context?.state !== 'running') return;
    for (const [delay, frequency] of [
      [0, 659.25],
      [0.16, 880],
    ] as const) {
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

  close(): void {
    void this.#context?.close();
    this.#context = undefined;
  }
}
