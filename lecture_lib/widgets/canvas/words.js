// The words below the canvas: what is so, what went wrong, and which keys there are.

const QUIET_TIME = 500; // milliseconds without a change until a screen reader is told
const KEYS_IN_WORDS = "The arrow keys move it, with Shift in small steps; Page Up and Page Down choose another.";

export function node(kind, properties) {
  const element = document.createElement(kind);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "role") element.setAttribute("role", value);
    else element[name] = value;
  }
  return element;
}

export class Words {
  constructor(root, id) {
    this.notice = node("p", { className: "notice", role: "alert" });
    this.say = node("p", { className: "say" });
    this.aloud = node("p", { className: "aloud", ariaLive: "polite" });
    this.keys = node("p", { className: "keys", id: `keys-${id}`, textContent: KEYS_IN_WORDS });
    root.append(this.notice, this.say, this.aloud, this.keys);
    this.deaf = false;
  }

  tell({ say, notice }) {
    if (this.say.textContent !== say) this.say.textContent = say;
    if (this.notice.textContent !== notice && !this.deaf) this.notice.textContent = notice;
    clearTimeout(this.telling);
    this.telling = setTimeout(() => { if (this.aloud.textContent !== say) this.aloud.textContent = say; }, QUIET_TIME);
  }

  noAnswer() {
    this.deaf = true;
    this.notice.textContent = "No answer from the kernel. It is busy, or it has stopped: then run the cell once more.";
  }

  dispose() { clearTimeout(this.telling); }
}
