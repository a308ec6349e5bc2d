"""The pages: the only code that knows HTTP. This module is the site map: every address, and who may open it."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from eventapp.config import Settings
from eventapp.rules.access import Door, Right
from eventapp.web import (
    account,
    api,
    auth,
    checkin,
    headers,
    machines,
    offline,
    organizer,
    problems,
    public,
    reader,
    speaker,
    static,
    templating,
)

SITE_MAP: dict[str, Right | Door] = {
    "static.file": Door.ANYONE,
    "machines.healthz": Door.ANYONE,
    "machines.readyz": Door.ANYONE,
    "offline.worker": Door.ANYONE,
    "public.event.home": Door.ANYONE,
    "public.event.show": Door.ANYONE,
    "public.event.privacy": Door.ANYONE,
    "public.programme.show": Door.ANYONE,
    "public.programme.changes": Door.ANYONE,
    "public.programme.calendar": Door.ANYONE,
    "public.programme.session": Door.ANYONE,
    "public.now.show": Door.ANYONE,
    "public.schedule.as_json": Door.ANYONE,
    "public.schedule.as_xml": Door.ANYONE,
    "public.speaker.index": Door.ANYONE,
    "public.speaker.show": Door.ANYONE,
    "public.registration.new": Door.ANYONE,
    "public.registration.show": Door.LINK,
    "public.registration.rename": Door.LINK,
    "public.registration.give_back": Door.LINK,
    "public.agenda.choose": Door.LINK,
    "public.agenda.show": Door.LINK,
    "public.agenda.calendar": Door.LINK,
    "public.ticket.show": Door.LINK,
    "public.ticket.picture": Door.LINK,
    "public.ticket.drawing": Door.LINK,
    "public.ticket.calendar": Door.LINK,
    "speaker.programme.show": Door.LINK,
    "speaker.programme.calendar": Door.LINK,
    "checkin.pairing.show": Door.LINK,
    "checkin.pairing.redeem": Door.LINK,
    "checkin.door.show": Door.DEVICE,
    "checkin.door.start": Door.DEVICE,
    "checkin.door.scan": Door.DEVICE,
    "checkin.door.let_in": Door.DEVICE,
    "checkin.door.undo": Door.DEVICE,
    "checkin.door.leave": Door.DEVICE,
    "api.checkin.scan": Door.DEVICE,
    "api.checkin.sync": Door.DEVICE,
    "account.sign_in": Door.ANYONE,
    "account.sign_in_link": Door.LINK,
    "account.sign_out": Door.ANYONE,
    "account.show": Door.SIGNED_IN,
    "organizer.event.index": Door.SIGNED_IN,
    "organizer.event.add": Door.SIGNED_IN,
    "organizer.event.show": Right.SEE_DESK,
    "organizer.event.publish": Right.EDIT_EVENT,
    "organizer.event.open_registration": Right.EDIT_EVENT,
    "organizer.settings.texts": Right.EDIT_EVENT,
    "organizer.settings.dates": Right.EDIT_EVENT,
    "organizer.settings.registration": Right.EDIT_EVENT,
    "organizer.settings.colour": Right.EDIT_EVENT,
    "organizer.host.index": Right.EDIT_EVENT,
    "organizer.host.add": Right.EDIT_EVENT,
    "organizer.host.edit": Right.EDIT_EVENT,
    "organizer.host.remove": Right.EDIT_EVENT,
    "organizer.host.move": Right.EDIT_EVENT,
    "organizer.section.index": Right.EDIT_EVENT,
    "organizer.section.add": Right.EDIT_EVENT,
    "organizer.section.edit": Right.EDIT_EVENT,
    "organizer.section.remove": Right.EDIT_EVENT,
    "organizer.section.move": Right.EDIT_EVENT,
    "organizer.room.index": Right.EDIT_PROGRAMME,
    "organizer.room.add": Right.EDIT_PROGRAMME,
    "organizer.room.edit": Right.EDIT_PROGRAMME,
    "organizer.room.remove": Right.EDIT_PROGRAMME,
    "organizer.room.move": Right.EDIT_PROGRAMME,
    "organizer.topic.index": Right.EDIT_PROGRAMME,
    "organizer.topic.add": Right.EDIT_PROGRAMME,
    "organizer.topic.edit": Right.EDIT_PROGRAMME,
    "organizer.topic.remove": Right.EDIT_PROGRAMME,
    "organizer.topic.move": Right.EDIT_PROGRAMME,
    "organizer.release.show": Right.EDIT_PROGRAMME,
    "organizer.release.publish": Right.EDIT_PROGRAMME,
    "organizer.programme.index": Right.EDIT_PROGRAMME,
    "organizer.programme.add": Right.EDIT_PROGRAMME,
    "organizer.programme.edit": Right.EDIT_PROGRAMME,
    "organizer.programme.cancel": Right.EDIT_PROGRAMME,
    "organizer.programme.restore": Right.EDIT_PROGRAMME,
    "organizer.programme.delete": Right.EDIT_PROGRAMME,
    "organizer.speaker.index": Right.EDIT_PROGRAMME,
    "organizer.speaker.add": Right.EDIT_PROGRAMME,
    "organizer.speaker.edit": Right.EDIT_PROGRAMME,
    "organizer.speaker.renew_link": Right.EDIT_PROGRAMME,
    "organizer.speaker.send_link": Right.EDIT_PROGRAMME,
    "organizer.speaker.remove": Right.EDIT_PROGRAMME,
    "organizer.speaker.move": Right.EDIT_PROGRAMME,
    "organizer.registration.index": Right.SEE_REGISTRATIONS,
    "organizer.registration.show": Right.SEE_REGISTRATIONS,
    "organizer.registration.add": Right.EDIT_REGISTRATIONS,
    "organizer.registration.resend": Right.EDIT_REGISTRATIONS,
    "organizer.registration.contact": Right.EDIT_REGISTRATIONS,
    "organizer.registration.rename": Right.EDIT_REGISTRATIONS,
    "organizer.registration.cancel": Right.EDIT_REGISTRATIONS,
    "organizer.message.index": Right.SEE_REGISTRATIONS,
    "organizer.checkin.phones": Right.MANAGE_PHONES,
    "organizer.checkin.add_phone": Right.MANAGE_PHONES,
    "organizer.checkin.phone": Right.MANAGE_PHONES,
    "organizer.checkin.renew_link": Right.MANAGE_PHONES,
    "organizer.checkin.withdraw": Right.MANAGE_PHONES,
    "organizer.checkin.conflicts": Right.MANAGE_PHONES,
    "organizer.checkin.settle": Right.MANAGE_PHONES,
}


def init_app(app: Flask, settings: Settings) -> None:
    """Registers every page and puts the guard in front of them."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="eventapp-form",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open for as long as it takes
        WTF_CSRF_CHECK_DEFAULT=False,  # the guard checks, where a cookie is the permission
    )
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n)  # type: ignore[method-assign]
    for blueprint in (
        static.bp,
        machines.bp,
        offline.bp,
        public.bp,
        speaker.bp,
        account.bp,
        organizer.bp,
        checkin.bp,
        api.bp,
    ):
        app.register_blueprint(blueprint)
    templating.init_app(app)
    offline.init_app(app)
    headers.init_app(app)
    reader.init_app(app)
    problems.init_app(app)
    auth.init_app(app, SITE_MAP)
