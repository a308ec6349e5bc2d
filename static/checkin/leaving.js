// Ending the work of this phone: asks first, sends what waits if it can, and forgets the list at once.

import { save, written } from "./hand_in.js";
import { senderOf } from "./sync.js";
import { byId, element, fill } from "./view.js";

export class Leaving {
  /** @param {{t: Function, list: object, store: object, sync: object, done: () => void}} parts done: after a step */
  constructor({ t, list, store, sync, done }) {
    Object.assign(this, { t, list, store, sync, done });
    this.isAsking = false;
    byId("leave").addEventListener("click", () => this.ask());
    byId("save").addEventListener("click", () => this.save());
  }

  /** The scans that the server has not heard of, as a file. They go on waiting: handing them in twice is harmless. */
  save() {
    const { event, phone, sender } = this.list.facts;
    const scans = [...this.list.scans.values()].filter((scan) => scan.waiting);
    const name = ["scans", event ? event.slug : "", (sender || phone).id].filter(Boolean).join("-");
    save(`${name}.json`, written(sender || phone, scans));
  }

  ask() {
    this.isAsking = true;
    const { waiting } = this.list;
    const warning = waiting
      ? this.t("%(n)s entries are not sent yet. They are sent when there is a network and this page is open.", {
          n: waiting,
        })
      : this.t("Everything was sent.");
    const button = (text, kind, onclick) => element("button", { type: "button", class: kind, onclick }, text);
    const end = button(this.t("End on this phone"), "main", () => this.end());
    fill(
      byId("leaving"),
      element("h2", {}, this.t("End on this phone?")),
      element("p", {}, warning),
      element("p", {}, this.t("It lets nobody in any more, and forgets its list. To begin again it needs a new link.")),
      end,
      button(this.t("No, go on"), "quiet", () => this.close()),
    );
    byId("leaving").hidden = false;
    end.focus();
  }

  close() {
    this.isAsking = false;
    byId("leaving").hidden = true;
    byId("leave").focus();
  }

  /** Forgets all but what waits, and sends that; the server ends this phone with the last of it. */
  async end() {
    byId("leaving").hidden = true;
    const { phone, sender } = this.list.facts;
    await this.store.wipe();
    await this.store.remember({ leaving: true, sender: sender || senderOf(phone) });
    this.list.load(await this.store.load());
    this.done();
    this.sync.nudge();
  }

  update() {
    const { waiting, facts } = this.list;
    const sender = facts.sender || facts.phone;
    byId("save").hidden = !waiting || !sender || !sender.hand_in;
    byId("leave").hidden = Boolean(facts.ended || facts.leaving);
  }
}
