"""Signing in and out, and one's own account."""

import unicodedata
from urllib.parse import urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import HiddenField, PasswordField

from eventapp import clock, queries, services
from eventapp.errors import Refused
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules import refusals
from eventapp.web import auth
from eventapp.web.forms import LineField, StaffForm, show_refusal

bp = Blueprint("account", __name__)


class SignInForm(StaffForm):
    """Address and password."""

    email = LineField(N_("E-mail address"), max_length=254)
    password = PasswordField(N_("Password"))
    next = HiddenField()


class PasswordForm(StaffForm):
    """A new password, with the present one where it is asked for."""

    present = PasswordField(N_("Present password"))
    password = PasswordField(
        N_("New password"), description=N_("At least 10 characters. A short sentence is good and easy to remember.")
    )


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> BaseResponse | str | tuple[str, int]:
    """Signs in by password. A wrong pair hears the same, whether or not there is such an account."""
    g.private_page = True
    form = SignInForm(next=own_path(request.args.get("next")))
    if request.method != "POST":
        return render_template("account/sign_in.html", form=form)
    if not _is_ours(form):
        return render_template("account/sign_in.html", form=form), 400
    try:
        token = services.account.sign_in(
            form.email.data or "", form.password.data or "", address=request.remote_addr or ""
        )
    except Refused as refused:
        show_refusal(form, refused)
        return render_template("account/sign_in.html", form=form), 429 if refused.code == "sign_in_slow_down" else 422
    return _enter(token, own_path(form.next.data))


def _is_ours(form: StaffForm) -> bool:
    """Whether the form carries our token; says what to do if it does not."""
    if form.validate():
        return True
    if form.csrf_token.errors:
        form.csrf_token.errors = []
        form.form_errors.append(
            _("Please send this once more. If it comes back: signing in needs a cookie, allow it for this site.")
        )
    return False


def own_path(text: str | None) -> str | None:
    """The address if it is one of ours; None for anything that could lead a browser elsewhere."""
    if not text or not text.startswith("/") or text.startswith("//") or "\\" in text:
        return None
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Zs", "Zl", "Zp") for sign in text):
        return None  # browsers drop some of these, and read what is left
    parts = urlsplit(text)
    return None if parts.scheme or parts.netloc else text


def _enter(token: str, path: str | None) -> BaseResponse:
    """Keeps the token in the browser, in place of whatever it had."""
    _end_old_sign_in()
    session.clear()
    response = redirect(path or url_for("organizer.event.index"), 303)
    auth.remember(response, "account", token, auth.SIGN_IN_DAYS)
    return response


def _end_old_sign_in() -> None:
    token = request.cookies.get(auth.cookie_name("account"))
    if token:
        services.account.sign_out(token)


@bp.route("/sign-in/<token>", methods=["GET", "POST"])
def sign_in_link(token: str) -> BaseResponse | str | tuple[str, int]:
    """A one-time link. Opening it changes nothing, since messengers open links too: the button signs in."""
    form = StaffForm()
    link = queries.account.find_link(token)
    if request.method != "POST":
        if link is None or link.used_at is not None or link.expires_at <= clock.now():
            return _link_is_over(Refused("link_used"))
        return render_template("account/sign_in_link.html", form=form, token=token)
    if not _is_ours(form):
        return render_template("account/sign_in_link.html", form=form, token=token), 400
    try:
        return _enter(services.account.redeem_link(token), None)
    except Refused as refused:
        return _link_is_over(refused)


def _link_is_over(refused: Refused) -> tuple[str, int]:
    return render_template("account/sign_in_link.html", over=refusals.sentence(refused)), 410


@bp.route("/sign-out", methods=["GET", "POST"])
def sign_out() -> BaseResponse | str | tuple[str, int]:
    """Asks, then ends this browser's sign-in. Doing it twice is fine."""
    g.private_page = True
    form = StaffForm()
    if auth.signed_in() is None:
        return redirect(url_for(".sign_in"), 303)
    if request.method != "POST" or not _is_ours(form):
        return render_template("account/sign_out.html", form=form, account=auth.account())
    _end_old_sign_in()
    session.clear()
    response = redirect(url_for(".sign_in"), 303)
    auth.forget(response, "account")
    return response


@bp.route("/account", methods=["GET", "POST"])
def show() -> BaseResponse | str | tuple[str, int]:
    """Who I am, and a new password."""
    account = auth.account()
    token = request.cookies[auth.cookie_name("account")]
    stored = queries.account.get(account.account_id)
    asks_present = stored.password_hash is not None and not queries.account.is_fresh(token, clock.now())
    form = PasswordForm()
    if request.method != "POST":
        return render_template("account/show.html", form=form, account=account, asks_present=asks_present)
    try:
        services.account.change_password(
            account.account_id, token, present=form.present.data or "", password=form.password.data or ""
        )
    except Refused as refused:
        show_refusal(form, refused)
        return render_template("account/show.html", form=form, account=account, asks_present=asks_present), 422
    flash(_("Your password is changed. Everywhere else you are signed out."))
    return redirect(url_for(".show"), 303)
