// The words below the canvas: what is so, what went wrong, which keys there are, and who compared the numbers. They
// have their room whether they are there or not, so that nothing below moves.

import { element } from "./element.js";

const QUIET_TIME = 500; // milliseconds without a change until a screen reader is told, and who compared the numbers
const KEYS = "The arrow keys move it, with Shift in small steps; comma and full stop choose another.";
const DATA_KEYS = " Delete removes a datum, Insert adds one.";

let count = 0;

export class Words {
  constructor() {
    count += 1;
    this.say = element("p", { className: "say", ariaHidden: "true" }); // it is told aloud when it rests
    this.notice = element("p", { className: "notice", role: "alert" });
    this.keys = element("p", { className: "keys", id: `figure-keys-${count}` });
    this.seal = element("a", { className: "seal", target: "_blank" });
    const { replays } = /** @type {any} */ (window).lectureFigures;
    if (replays) this.seal.href = replays;
    this.aloud = element("p", { className: "aloud", ariaLive: "polite" });
    this.root = element("div", { className: "foot" }, this.say, this.notice, this.keys, this.seal, this.aloud);
  }

  /** The seal changes at rest only: beside a hand that moves it would draw the eye. */
  tell({ say, notice }, store, hasData) {
    if (this.say.textContent !== say) this.say.textContent = say;
    if (this.notice.textContent !== notice) this.notice.textContent = notice; // else it would be read once more
    this.keys.textContent = KEYS + (hasData ? DATA_KEYS : "");
    clearTimeout(this.telling);
    const atRest = () => {
      this.aloud.textContent = say;
      this.seal.textContent = store.judged;
    };
    this.telling = setTimeout(atRest, this.seal.textContent && QUIET_TIME);
  }
}
