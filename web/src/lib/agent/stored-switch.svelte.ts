import { readStored, writeStored } from '../browser/stored.ts';

/** An on/off choice that this browser remembers. */
export class StoredSwitch {
  #name: string;
  isOn: boolean = $state(false);

  constructor(name: string) {
    this.#name = name;
    const stored = readStored<boolean | 'on' | 'off'>(name);
    this.isOn = stored === true || stored === 'on';
  }

  set(isOn: boolean): void {
    this.isOn = isOn;
    writeStored(this.#name, isOn);
  }
}
