// Delegations, and guests whom the protocol desk awaits: companions who come in with somebody, and the list of those who
// are expected.

import { direction, MOST_COMPANIONS } from "./rules.js";
import { byId, element, fill } from "./view.js";

/** Answers to somebody who is in: companions may follow them. */
const IS_IN = ["admitted", "admitted_unlisted", "back_again", "already_admitted"];

export class Guests {
  /**
   * @param {{t: Function, list: object, time: (at: number) => string, arrive: Function, more: Function}} parts
   *   time: a moment in words; arrive: lets (row, companions) in; more: counts (scan, companions) who followed
   */
  constructor({ t, list, time, arrive, more }) {
    Object.assign(this, { t, list, time, arrive, more });
    this.isOpen = false;
    byId("guests-on").addEventListener("click", () => {
      this.isOpen = !this.isOpen;
      byId("guests-on").setAttribute("aria-expanded", String(this.isOpen));
      this.guests();
    });
  }

  /** @param {{scan: object | null, now: number}} state the scan whose answer is shown, and the time */
  update({ scan, now }) {
    this.now = now;
    this.companions(scan);
    this.guests();
  }

  /** Asks how many came along with somebody who leads a delegation, and counts them in one tap. */
  companions(scan) {
    const box = byId("companions");
    const facts = this.delegation(scan);
    const key = facts && JSON.stringify([scan.id, facts]);
    if (key === this.companionsShown) return;
    this.companionsShown = key;
    box.hidden = !facts;
    if (!facts) return;
    const { came, expected } = facts;
    const title = this.t("%(came)s of %(all)s companions came", { came, all: Math.max(came, expected) });
    const usual = came < expected ? expected : came + 1;
    const form = this.count("companions-in-all", usual, came + 1, (n) => this.more(scan, n));
    fill(
      box,
      element("h2", {}, title),
      came && came >= expected ? element("details", {}, element("summary", {}, this.t("More came")), form) : form,
    );
  }

  /** How many came with whoever a scan was about, and are expected; null where nobody comes along. */
  delegation(scan) {
    const { list } = this;
    const row = scan && list.place && list.holderOf(scan);
    if (!row || !row.id || list.undone.has(scan.id) || direction(scan.kind) === "exit") return null;
    if (scan.kind !== "let_in" && !IS_IN.includes(scan.verdict || scan.answer)) return null;
    const state = list.stateOf(row.id, list.place);
    if (state.lastAt === null || state.companions >= MOST_COMPANIONS) return null;
    const facts = { came: state.companions, expected: row.companions || 0 };
    return facts.came || facts.expected || row.personality ? facts : null;
  }

  /** A number and one button that takes it. */
  count(id, usual, least, take) {
    const input = element("input", {
      id,
      type: "number",
      inputmode: "numeric",
      min: String(least),
      max: String(MOST_COMPANIONS),
      value: String(Math.min(usual, MOST_COMPANIONS)),
      required: true,
    });
    const said = (n) => this.t("Let in + %(n)s", { n });
    const button = element("button", {}, said(input.value));
    input.addEventListener("input", () => {
      button.textContent = said(input.value);
    });
    const form = element(
      "form",
      { class: "count-in" },
      element("label", { for: id }, this.t("Companions without a ticket, in all")),
      element("div", {}, input, button),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      take(Number(input.value));
    });
    return form;
  }

  /** The guests who are expected, one tap for each who comes; then those who are there. */
  guests() {
    const all = this.list.guests(this.now || 0);
    byId("guests-on").hidden = !all.length;
    const isShown = this.isOpen && all.length > 0;
    byId("guests").hidden = !isShown;
    const key = isShown ? JSON.stringify(all) : null;
    if (key === this.guestsShown) return;
    this.guestsShown = key;
    if (!isShown) return;
    const there = all.filter((one) => one.at);
    const words = this.t("%(there)s of %(all)s are there.", { there: there.length, all: all.length });
    fill(
      byId("guests"),
      element("p", { role: "status" }, words),
      element("ul", { class: "guests" }, ...all.map((one) => this.entry(one))),
    );
  }

  entry({ row, at, door, came }) {
    const line = (parts, kind) => {
      const text = parts.filter(Boolean).join(" · ");
      return text ? element("span", kind ? { class: kind } : {}, text) : null;
    };
    const about = element(
      "div",
      {},
      line([row.title]),
      element("b", {}, element("bdi", {}, row.name)),
      line([row.function, row.organization]),
      line([row.note], "note"),
      at ? line([`✓ ${this.time(at)}`, door, came ? `+ ${came}` : ""], "there") : null,
    );
    if (at) return element("li", {}, about);
    const said = row.companions ? this.t("Arrived + %(n)s", { n: row.companions }) : this.t("Arrived");
    const button = element(
      "button",
      { type: "button", "aria-label": `${said}: ${row.name}`, onclick: () => this.arrived(row) },
      said,
    );
    return element("li", {}, about, button);
  }

  async arrived(row) {
    await this.arrive(row, row.companions || 0);
    byId("answer").scrollIntoView({ block: "center" });
  }
}
