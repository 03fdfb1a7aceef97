// The wire to the kernel: at most one message is under way, and the last place of each handle wins.

const PATIENCE = 8000; // milliseconds without an answer until we say so
const REST = 120; // milliseconds without a wish until the kernel is told that the hand rests

export class Wire {
  constructor(model, { busy, answered, silent }) {
    Object.assign(this, { model, busy, answered, silent, wanted: new Map(), pending: new Map(), inFlight: null });
    this.id = Math.random().toString(36).slice(2);
    this.count = 0;
    this.onAnswer = () => this.receive();
    model.on("change:answered", this.onAnswer);
  }

  dispose() {
    this.model.off("change:answered", this.onAnswer);
    clearTimeout(this.patience);
    clearTimeout(this.timer);
    clearTimeout(this.resting);
  }

  // Of what comes while a message is under way, the last place of each handle is kept.
  want(id, at) {
    this.wanted.set(id, at);
    this.pending.set(id, at);
    this.send();
  }

  send() {
    if (this.inFlight !== null || !(this.pending.size || this.tick)) return;
    const message = { serial: [this.id, ++this.count] };
    if (this.pending.size) message.moves = Object.fromEntries(this.pending);
    else message.tick = this.tick;
    this.pending.clear();
    this.tick = null;
    this.inFlight = this.count;
    this.busy(true);
    clearTimeout(this.resting);
    this.model.send(message, { iopub: { status: ({ content }) => this.hasten(content.execution_state) } });
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.giveUp(), PATIENCE);
  }

  // The server holds back the kernel's answer until the browser has confirmed the word "busy" that goes before it,
  // and the browser confirms 40 ms later, or at once with whatever it sends: so it sends an empty message.
  hasten(state) {
    if (state === "busy" && this.inFlight !== null) this.model.send({});
  }

  receive() {
    const [who, which] = this.model.get("answered") ?? [];
    if (who !== this.id || which !== this.inFlight) return;
    clearTimeout(this.patience);
    this.inFlight = null;
    for (const id of this.wanted.keys()) if (!this.pending.has(id)) this.wanted.delete(id);
    this.answered();
    this.send();
    if (this.inFlight === null) this.resting = setTimeout(() => this.rest(), REST);
  }

  rest() {
    this.model.send({ rest: true });
    this.busy(false);
  }

  giveUp() {
    this.inFlight = null;
    this.wanted.clear();
    this.silent();
  }

  // A run that is watched goes on by itself; whoever wants no motion is taken to its end.
  proceed(pace) {
    clearTimeout(this.timer);
    if (!pace) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.timer = setTimeout(() => { this.tick = still ? "end" : "next"; this.send(); }, still ? 0 : pace);
  }
}
