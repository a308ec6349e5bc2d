// "This entrance": where the phone stands and which way it looks, whether it is open, and opening it early or longer.

import { moment, picked } from "./answer.js";
import { nextAt } from "./places.js";
import { byId, element, fill } from "./view.js";

const instant = (text) => (text ? Date.parse(text) : null);

export class Here {
  /** @param {{t: Function, language: string, list: object, door: object, done: (what: Function) => Promise<void>}} parts done: does something that is kept, and shows what it made */
  constructor({ t, language, list, door, done }) {
    Object.assign(this, { t, language, list, door, done });
    this.shown = "";
    /** What waits for a second tap: {wish, until}. */
    this.asked = null;
    this.problem = "";
  }

  /** What the phone says of where it stands, in the line above everything. */
  title() {
    const { list, t } = this;
    const { place, phone } = list;
    if (!place) return "";
    const isOut = phone.direction === "exit";
    const out = place.kind === "distribution" ? t("Taking back") : t("Way out");
    return [this.name(place, phone), phone.door, isOut ? out : ""].filter(Boolean).join(" · ");
  }

  name(place, phone) {
    const name = picked(place.name, this.language);
    if (!phone.room) return name;
    const room = picked(phone.room.name, this.language);
    if (place.room !== phone.room.id || !place.starts_at)
      return this.t("%(room)s: no session with an entrance", { room });
    return this.t("%(room)s: %(session)s, %(time)s", {
      room,
      session: name,
      time: this.when(instant(place.starts_at)),
    });
  }

  when(at) {
    return moment(at, this.list.facts.event.timezone, this.language);
  }

  /** Opens the panel, for whoever was told that it is too early or too late. */
  open() {
    byId("here").hidden = false;
    byId("here").open = true;
    byId("here").querySelector("button, select").focus();
  }

  update() {
    const { place, phone } = this.list;
    const box = byId("here");
    box.hidden = !place || Boolean(this.list.facts.ended);
    byId("rehearsal").hidden = !place || place.kind !== "rehearsal";
    if (box.hidden) return;
    const now = this.door.now();
    const [opens, closes] = [instant(place.opens_at), instant(place.closes_at)];
    const state = { isEarly: opens !== null && now < opens, isLate: closes !== null && now >= closes };
    const others = this.others();
    const key = JSON.stringify([place, phone, state, others, this.asked, this.problem]);
    if (key === this.shown) return; // what somebody types or has open stays
    this.shown = key;
    const isFixed = place.kind === "rehearsal" || place.closed_at;
    fill(
      byId("here-parts"),
      ...(isFixed ? [this.fixed(place)] : this.window(place, { ...state, opens, closes })),
      ...this.way(place, phone),
      this.elsewhere(place, phone, others),
    );
  }

  fixed(place) {
    return place.closed_at
      ? element("p", {}, this.t("This entrance was closed at the desk: only the desk opens it again."))
      : null;
  }

  window(place, { isEarly, isLate, opens, closes }) {
    const { t } = this;
    const begins = opens !== null && { when: this.when(opens) };
    const ends = closes !== null && { when: this.when(closes) };
    const open =
      [
        begins && (isEarly ? t("Opens: %(when)s.", begins) : t("Open since %(when)s.", begins)),
        ends && (isLate ? t("This entrance is closed since: %(when)s.", ends) : t("Closes: %(when)s.", ends)),
      ]
        .filter(Boolean)
        .join(" ") || t("Open at any time.");
    const lines = [element("p", {}, open)];
    if (place.window) {
      const when = this.when(Date.parse(place.window.changed_at));
      const phone = place.window.isOwn ? this.list.facts.phone.name : place.window.by;
      lines.push(
        element(
          "p",
          {},
          phone ? t("Set at %(when)s by %(phone)s.", { when, phone }) : t("Set at %(when)s at the desk.", { when }),
        ),
      );
    }
    if (this.problem) lines.push(element("p", { class: "problem", role: "alert" }, this.problem));
    if (this.asked) return [...lines, this.confirm(place)];
    if (isEarly) lines.push(this.wish("open", t("Open now"), ""));
    if (closes !== null) {
      lines.push(element("h3", {}, t("Stay open longer")));
      lines.push(this.wish("half_hour", t("By 30 minutes")), this.wish("hour", t("By one hour")));
      const input = element("input", { id: "until", type: "time", required: true });
      const form = element(
        "form",
        { class: "read" },
        element("label", { for: "until" }, t("Until")),
        element("div", {}, input, element("button", { class: "quiet" }, t("Stay open"))),
      );
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const until = nextAt(input.value, this.door.now(), this.list.facts.event.timezone);
        if (until === null) input.focus();
        else this.ask({ wish: "until", until });
      });
      lines.push(form);
    }
    return lines;
  }

  wish(wish, label, kind = "quiet") {
    return element("button", { class: kind, type: "button", onclick: () => this.ask({ wish }) }, label);
  }

  ask(asked) {
    this.asked = asked;
    this.problem = "";
    this.update();
    byId("here-sure").focus();
  }

  confirm(place) {
    const { t, asked } = this;
    const name = picked(place.name, this.language);
    const isOpening = asked.wish === "open";
    return element(
      "div",
      { class: "sure", role: "group", "aria-labelledby": "here-question" },
      element(
        "p",
        { id: "here-question" },
        isOpening ? t("Open “%(name)s” now?", { name }) : t("Keep “%(name)s” open?", { name }),
      ),
      element("p", {}, t("It holds for all phones at this entrance. The organizer sees who did it.")),
      element(
        "button",
        { id: "here-sure", type: "button", onclick: () => this.say() },
        isOpening ? t("Yes, open now") : t("Yes, stay open"),
      ),
      element("button", { class: "quiet", type: "button", onclick: () => this.answer(null) }, t("No, back")),
    );
  }

  async say() {
    const { wish, until } = this.asked;
    let word = null;
    await this.done(async () => {
      word = await this.door.setWindow(wish, until);
    });
    this.answer(word ? "" : this.t("This time is over already."));
  }

  answer(problem) {
    this.asked = null;
    this.problem = problem || "";
    this.update();
    const first = byId("here").querySelector("summary");
    first.focus();
  }

  /** Which way this phone looks: where both ways are scanned, or where it looks outwards already. */
  way(place, phone) {
    const isGift = place.kind === "distribution";
    if (!isGift && place.policy !== "in_out" && phone.direction === "entry") return [];
    const { t } = this;
    const labels = isGift ? { entry: t("Give"), exit: t("Take back") } : { entry: t("Way in"), exit: t("Way out") };
    const buttons = ["entry", "exit"].map((direction) =>
      element(
        "button",
        {
          class: "quiet",
          type: "button",
          "aria-pressed": String(phone.direction === direction),
          onclick: () => this.turn({ checkpoint: place.id, direction }),
        },
        labels[direction],
      ),
    );
    return [
      element("h3", {}, t("Direction")),
      element("div", { class: "ways", role: "group", "aria-label": t("Direction") }, ...buttons),
    ];
  }

  others() {
    const { checkpoints = [], phone } = this.list.facts;
    return checkpoints
      .filter((one) => !one.closed_at || one.id === phone.checkpoint)
      .sort((one, other) => (one.position || 0) - (other.position || 0) || one.id - other.id)
      .map((one) => ({ id: one.id, name: picked(one.name, this.language) }));
  }

  elsewhere(place, phone, others) {
    const room = this.list.facts.phone.room;
    if (others.length < 2 && !room) return null;
    const { t } = this;
    const select = element(
      "select",
      { id: "elsewhere" },
      ...(room
        ? [
            element(
              "option",
              { value: "", selected: Boolean(phone.room) },
              t("%(room)s: the session that runs there", { room: picked(room.name, this.language) }),
            ),
          ]
        : []),
      ...others.map((one) =>
        element("option", { value: String(one.id), selected: !phone.room && one.id === place.id }, one.name),
      ),
    );
    const form = element(
      "form",
      {},
      element("label", { for: "elsewhere" }, t("Entrance")),
      select,
      element("button", { class: "quiet" }, t("Turn this phone")),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.turn({ checkpoint: select.value ? Number(select.value) : null, direction: "entry" });
    });
    return form;
  }

  async turn(where) {
    this.asked = null;
    await this.done(() => this.door.turnTo(where));
    this.update();
  }
}
