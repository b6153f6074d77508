/** A choice between on and off that this browser remembers. Off where storage is forbidden. */
export class StoredSwitch {
  #name: string;
  isOn: boolean = $state(false);

  constructor(name: string) {
    this.#name = name;
    try {
      this.isOn = localStorage.getItem(name) === 'on';
    } catch {
      // Storage is forbidden in this browser: the choice lasts as long as the page.
    }
  }

  set(isOn: boolean): void {
    this.isOn = isOn;
    try {
      localStorage.setItem(this.#name, isOn ? 'on' : 'off');
    } catch {
      // As above.
    }
  }
}
