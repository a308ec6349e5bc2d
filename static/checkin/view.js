// The only file that touches the page. `update` may run any number of times: it shows what it is given.

const MARKS = { green: "M4 12.5l5.5 5.5L20 6.5", amber: "M12 4v10M12 18.5v.5", red: "M5 5l14 14M19 5L5 19" };

export const byId = (id) => document.getElementById(id);

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") made.addEventListener("click", value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

export function fill(parent, ...children) {
  parent.textContent = "";
  parent.append(...children.filter(Boolean));
}

function mark(tone) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const drawn = {
    d: MARKS[tone],
    fill: "none",
    stroke: "currentColor",
    "stroke-width": "3.5",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  };
  for (const [key, value] of Object.entries(drawn)) path.setAttribute(key, value);
  svg.append(path);
  return svg;
}

export class View {
  /** @param {{t: Function, acts: object}} parts acts: what buttons do, by name */
  constructor({ t, acts }) {
    Object.assign(this, { t, acts });
    this.shown = null;
  }

  /**
   * @param {{place: string, isDemo: boolean, net: {text: string, isBad: boolean}, answer: object | null, scan: object | null, party: object[],
   *   last: object[], counts: object | null, notices: string[], problem: string, reader: object}} state
   */
  update(state) {
    byId("place").textContent = state.place;
    byId("demo").hidden = !state.isDemo;
    const net = byId("net");
    if (net.textContent !== state.net.text) net.textContent = state.net.text;
    net.classList.toggle("bad", state.net.isBad);
    byId("problem").hidden = !state.problem;
    byId("problem").textContent = state.problem;
    fill(byId("notices"), ...state.notices.map((text) => element("p", { class: "notice" }, text)));
    this.answer(state);
    this.party(state);
    this.last(state);
    const { counts } = state;
    byId("count").hidden = !counts;
    if (counts) {
      const bold = (n) => element("b", {}, String(n));
      const still = Math.max(0, counts.expected - counts.entered);
      fill(
        byId("count"),
        bold(counts.entered),
        ` ${state.isGift ? this.t("given") : this.t("entered")} · `,
        bold(still),
        ` ${this.t("still expected")}`,
      );
    }
  }

  answer({ answer, scan, isOpen }) {
    const box = byId("answer");
    const key = answer && JSON.stringify([scan.id, answer.title, isOpen]);
    if (key === this.shown) return; // a live region speaks when its text changes, and only then
    this.shown = key;
    box.hidden = !answer;
    if (!answer) return;
    box.className = `answer ${answer.tone}`;
    const line = (text, kind) => (text ? element("p", kind ? { class: kind } : {}, text) : null);
    const about = [answer.type, answer.photo].filter(Boolean).join(" · ");
    const name = answer.name ? element("p", { class: "name" }, element("bdi", {}, answer.name)) : null;
    const words = [
      element("h1", {}, answer.title),
      name,
      line(answer.courtesy),
      line(answer.companions, "with"),
      line(about),
      line(answer.note, "note"),
      line(answer.protocol, "protocol"),
      line(answer.why),
      line(answer.next, "next"),
    ];
    fill(box, mark(answer.tone), element("div", {}, ...words));
    const acts = [];
    if (answer.tone === "green" && !answer.isUndone) {
      acts.push(
        element(
          "button",
          { class: "quiet", type: "button", onclick: () => this.acts.undo(scan) },
          this.t("Take this back"),
        ),
      );
    } else if (!answer.isUndone) {
      if (answer.isOutside) {
        const text = this.t("Open this entrance early, or longer");
        acts.push(element("button", { class: "quiet", type: "button", onclick: () => this.acts.window() }, text));
      }
      acts.push(this.letIn(scan, answer));
    }
    fill(byId("acts"), ...acts);
  }

  /** Letting somebody in all the same asks why: one tap for what is usual, words for all else. */
  letIn(scan, { isGift }) {
    const reasons = ["Known to the team", "Paper ticket", "Mistake on the list"].map((reason) =>
      element(
        "button",
        { class: "quiet", type: "button", onclick: () => this.acts.letIn(scan, this.t(reason)) },
        this.t(reason),
      ),
    );
    const input = element("input", { id: "reason", maxlength: "300", autocomplete: "off" });
    const form = element(
      "form",
      { class: "why" },
      element("p", {}, this.t("Why? The organizer sees it.")),
      ...reasons,
      element("label", { for: "reason" }, this.t("Another reason")),
      input,
      element("button", { class: "quiet" }, isGift ? this.t("Give") : this.t("Let in")),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (input.value.trim()) this.acts.letIn(scan, input.value.trim());
      else input.focus();
    });
    return element(
      "details",
      {},
      element("summary", {}, isGift ? this.t("Give anyway") : this.t("Let in anyway")),
      form,
    );
  }

  party({ party, scan }) {
    const box = byId("party");
    const key = scan && party.length ? JSON.stringify([scan.id, party.map((one) => one.came)]) : null;
    if (key === this.partyShown) return;
    this.partyShown = key;
    box.hidden = !key;
    if (!key) return;
    const came = party.filter((one) => one.came).length;
    const title = this.t("%(came)s of %(all)s of this registration came", { came, all: party.length });
    const missing = party.filter((one) => !one.came);
    const boxes = missing.map(({ row }) =>
      element(
        "label",
        {},
        element("input", { type: "checkbox", value: String(row.id), checked: true }),
        element("bdi", {}, row.name),
      ),
    );
    const button = missing.length ? element("button", {}, this.t("Let in those who are ticked")) : null;
    const there = party.filter((one) => one.own).map(({ row, own }) => this.back(row, own));
    const form = element("form", { class: "party" }, element("h2", {}, title), ...boxes, button, ...there);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const ticked = [...form.querySelectorAll("input:checked")].map((input) => Number(input.value));
      this.acts.party(missing.filter(({ row }) => ticked.includes(row.id)).map(({ row }) => row));
    });
    fill(box, form);
  }

  /** Somebody of a party whom this phone let in, to be taken back when the wrong box was ticked. */
  back(row, own) {
    const said = this.t("Take this back");
    return element(
      "p",
      { class: "there" },
      element("span", {}, "✓ ", element("bdi", {}, row.name)),
      element(
        "button",
        { class: "quiet", type: "button", "aria-label": `${said}: ${row.name}`, onclick: () => this.acts.back(own) },
        said,
      ),
    );
  }

  last({ last }) {
    const lines = last.map(({ answer, scan, time, note }) =>
      element(
        "li",
        { class: answer.tone },
        element(
          "button",
          { type: "button", onclick: () => this.acts.show(scan) },
          element("b", {}, answer.title),
          element("span", {}, element("bdi", {}, answer.name || scan.input), note ? ` · ${note}` : ""),
        ),
        element("time", {}, time),
      ),
    );
    byId("last-title").hidden = !lines.length;
    fill(byId("last"), ...lines);
  }

  /** The people whom a search found, each a button. */
  found(people) {
    const lines = people.map(({ row, about }) =>
      element(
        "li",
        {},
        element(
          "button",
          { type: "button", onclick: () => this.acts.choose(row) },
          element("bdi", {}, row.name),
          about ? element("span", {}, about) : null,
        ),
      ),
    );
    fill(byId("found"), ...lines);
    byId("found-count").textContent = people.length ? this.t("%(n)s found", { n: people.length }) : "";
  }

  /** A search that found nobody: nothing is sent, and the box keeps what was typed. */
  noneFound() {
    fill(
      byId("found"),
      element("li", {}, this.t("Nobody is found by this name. Try another part of it, or the code.")),
    );
  }

  /** What the camera can do, and whether it is on. */
  camera({ isOn, hasTorch, cameras, problem }) {
    byId("eye").hidden = !isOn;
    byId("start").hidden = isOn;
    byId("torch").hidden = !hasTorch;
    byId("turn").hidden = !isOn || cameras < 2;
    byId("camera-problem").hidden = !problem;
    byId("camera-problem").textContent = problem;
  }

  /** Nothing is left to do here. */
  ended(text) {
    const parts = ["eye", "start", "read", "answer", "acts", "party", "found", "walk-in-open", "walk-in", "square"];
    for (const id of parts) byId(id).hidden = true;
    byId("problem").hidden = false;
    byId("problem").textContent = text;
  }
}
