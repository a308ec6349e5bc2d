// The part of the page that shows whether this phone is ready.

import { byId, element, fill } from "./view.js";

const SIGNS = { done: "✓", open: "○", failed: "!" };
const TONES = { done: "green", open: "amber", failed: "red" };

export class ReadyPage {
  /** @param {{t: Function, play: () => void}} parts play: what the button with the tones does */
  constructor({ t, play }) {
    this.t = t;
    this.shown = null;
    byId("play").addEventListener("click", play);
  }

  /** Comes into sight by itself: right after this phone was prepared. */
  open() {
    byId("ready").open = true;
  }

  /** @param {{state: string, title: string, note: string}[]} lines as `check` gives them */
  update(lines) {
    const key = JSON.stringify(lines);
    if (key === this.shown) return;
    this.shown = key;
    const words = { done: this.t("done"), open: this.t("not yet"), failed: this.t("does not work") };
    const done = lines.filter(({ state }) => state === "done").length;
    byId("ready-sum").textContent =
      done === lines.length
        ? `✓ ${this.t("This phone is ready")}`
        : this.t("Is this phone ready? %(n)s of %(all)s", { n: done, all: lines.length });
    fill(
      byId("ready-list"),
      ...lines.map(({ state, title, note }) =>
        element(
          "li",
          { class: TONES[state] },
          element("span", { "aria-hidden": "true" }, SIGNS[state]),
          element("div", {}, element("b", {}, `${title} · ${words[state]}`), element("p", {}, note)),
        ),
      ),
    );
  }
}
