// The part of the page where people register at the door: four fields, and the square that they photograph.

import { spoken } from "./ticket.js";
import { byId } from "./view.js";
import { freeSeats, isOffered, letIn, register, stops } from "./walk_in.js";

/** Light modules around the square, that cameras need. */
const QUIET = 4;
const SVG = "http://www.w3.org/2000/svg";

export class WalkInForm {
  /**
   * @param {{t: Function, list: object, door: object, act: Function, answered: Function}} parts
   *   act: does something and says so when it cannot be done; answered: shows the answer to a scan
   */
  constructor({ t, list, door, act, answered }) {
    Object.assign(this, { t, list, door, act, answered });
    this.form = byId("walk-in");
    this.drawnFor = null;
    byId("walk-in-open").addEventListener("click", () => this.toggle(this.form.hidden));
    byId("walk-in-close").addEventListener("click", () => this.toggle(false));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
  }

  toggle(isOpen) {
    this.form.hidden = !isOpen;
    byId("walk-in-open").setAttribute("aria-expanded", String(isOpen));
    this.update(null);
    byId(isOpen ? (this.stops === "refuse" ? "walk-in-reason" : "walk-in-name") : "walk-in-open").focus();
  }

  /** The organizer's rule, and the seats that are left, as this phone knows them. */
  house() {
    const { event, places } = this.list.facts;
    const waiting = this.list.newcomers;
    return { stops: stops(event.full_house, places || null, waiting), free: freeSeats(places || null, waiting) };
  }

  /** Shows the square of the scan that is shown, and how full the house is; may run any number of times. */
  update(scan) {
    const isThere = isOffered(this.list);
    byId("walk-in-open").hidden = !isThere;
    if (!isThere) this.form.hidden = true;
    if (!this.form.hidden) this.updateHouse();
    if (scan !== null) this.square(scan);
  }

  updateHouse() {
    const house = this.house();
    this.stops = house.stops;
    const say = this.words(house);
    const line = byId("walk-in-house");
    if (line.textContent !== say) line.textContent = say;
    line.className = house.free === 0 ? "house full" : "house";
    byId("walk-in-who").hidden = house.stops === "refuse";
    byId("walk-in-why").hidden = !house.stops;
    byId("walk-in-save").textContent = this.saveWords(house);
    byId("walk-in-no-code").hidden = house.stops === "refuse" || this.list.codes.length > 0;
  }

  words({ stops: rule, free }) {
    if (rule === "refuse") return this.t("All seats are taken: nobody else is registered.");
    if (rule === "ask") return this.t("All seats are taken: to the help desk, which decides.");
    if (free === 0) return this.t("All seats are taken; people are let in all the same, and the organizer sees it.");
    return free === null ? "" : this.t("Free places: %(n)s.", { n: free });
  }

  saveWords({ stops: rule }) {
    if (rule === "refuse") return this.t("Let in without registering");
    if (rule === "ask") return this.t("The help desk agrees: register");
    return this.t("Register and let in");
  }

  async save() {
    if (this.isBusy) return;
    const { stops: rule } = this.house();
    if (rule !== this.stops) {
      this.updateHouse(); // the last seat went while the form was filled in
      return;
    }
    const name = byId("walk-in-name");
    const reason = byId("walk-in-reason");
    const missing = rule && !reason.value.trim() ? reason : rule !== "refuse" && !name.value.trim() ? name : null;
    byId("walk-in-problem").hidden = !missing;
    for (const box of [name, reason]) box.setAttribute("aria-invalid", String(box === missing));
    if (missing) {
      byId("walk-in-problem").textContent =
        missing === name
          ? this.t("Please write the name, as it should stand on the ticket.")
          : this.t("Please say in a few words why.");
      missing.focus();
      return;
    }
    const why = rule ? reason.value.trim() : "";
    this.isBusy = true; // two taps are one person
    let scan;
    try {
      scan = await this.act(() =>
        rule === "refuse" ? letIn(this.door, why) : register(this.door, this.who(name.value), why),
      );
    } finally {
      this.isBusy = false;
    }
    this.form.reset();
    this.toggle(false);
    this.answered(scan);
    byId("answer").scrollIntoView({ block: "start" });
  }

  who(name) {
    const { sex, age_band: ageBand, town } = this.form.elements;
    return { name, sex: sex.value, age_band: ageBand.value, town: town.value };
  }

  /** The ticket of somebody who registered here, to be photographed from the screen. */
  async square(scan) {
    const box = byId("square");
    const code = scan && scan.kind === "walk_in" && !this.list.undone.has(scan.id) ? scan.input : "";
    box.hidden = !code;
    if (!code || code === this.drawnFor) return;
    this.drawnFor = code;
    byId("square-code").textContent = spoken(code);
    const { encode } = await import("./vendor/uqr-0.1.3/uqr.mjs");
    const { data } = encode(this.list.facts.event.ticket_link + code, { ecc: "L", boostEcc: true, border: QUIET });
    if (this.drawnFor !== code) return; // another one came meanwhile
    byId("square-picture").textContent = "";
    byId("square-picture").append(picture(data));
  }
}

/** One path: dark modules that touch in a row are one rectangle. */
function picture(modules) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${modules.length} ${modules.length}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.setAttribute("aria-hidden", "true"); // the code beside it says the same
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", modules.map(line).join(""));
  svg.append(path);
  return svg;
}

function line(row, y) {
  let drawn = "";
  for (let x = 0; x < row.length; x++) {
    let end = x;
    while (row[end]) end++;
    if (end > x) drawn += `M${x} ${y}h${end - x}v1h-${end - x}z`;
    x = Math.max(x, end);
  }
  return drawn;
}
