"""One sentence for each way the program says no. Codes stay; sentences are rendered in the reader's language."""

from eventapp.errors import Refused
from eventapp.language import N_, gettext

SENTENCES: dict[str, str] = {
    # Contact
    "email_invalid": N_("This does not look like an e-mail address. Example: awa@example.org. The box may stay empty."),
    "phone_letters": N_("A phone number has no letters (is an O meant as a zero?). The box may stay empty."),
    "phone_two_numbers": N_("Please give one number only: the one that is answered most often."),
    "phone_leading_zero": N_(
        "Please leave out the 0 at the beginning: 65 01 23 45, or with country code +223 65 01 23 45."
    ),
    "phone_length": N_(
        "This number has too many or too few digits. In Mali: eight digits. Elsewhere: + and the country code."
    ),
    "phone_toll_free": N_("Nobody can be reached at this kind of number. Please give a mobile or fixed line."),
    "phone_unsure": N_(
        "We do not know this range of numbers. Please read it again; if it is right, send the form once more."
    ),
    # Messages
    "placeholder_unknown": N_("%(name)s is no placeholder. These may stand here: %(known)s."),
    "placeholder_close": N_("%(name)s is no placeholder. Is %(meant)s meant? These may stand here: %(known)s."),
    "placeholder_elsewhere": N_("%(name)s stands for nothing here. These may: %(known)s."),
    "placeholder_needed": N_("Please keep %(name)s: nothing else in this message says it."),
    "message_changed": N_(
        "Somebody else saved other words in the meantime; they stand below. What you wrote is still here: saving it "
        "once more replaces theirs."
    ),
    "trials_many": N_("You sent %(max)s tests within an hour. Please wait a while."),
    "survey_invalid": N_("This does not look like the address of a survey. It begins with https://."),
    # Registration
    "nobody_named": N_("Please write the name, as it should stand on the ticket."),
    "name_too_long": N_("Please shorten the name to %(max)s letters."),
    "text_too_long": N_("Please shorten this to %(max)s letters."),
    "answer_required": N_("Please answer this question."),
    "choice_invalid": N_("Please choose one of the answers."),
    "party_too_large": N_("One registration may name up to %(max)s people. Please send a second one for the others."),
    "form_used": N_("This form was sent already, for %(names)s. To register these people too, send it once more."),
    "full": N_("All seats are taken."),
    "walk_in_missing": N_("Please say who registers: at least the name."),
    "walk_in_unexplained": N_("Please say in a few words why."),
    "house_full": N_("All seats are taken, and nobody else is to be let in. You can let in anyway, with a reason."),
    "house_full_ask": N_("All seats are taken: to the help desk, which decides."),
    "full_for_party": N_("Only %(free)s seats are left, not enough for everyone you named."),
    "registration_closed": N_("Registration is closed."),
    "registration_not_open": N_("Registration is not open yet."),
    "already_admitted": N_("This person has already been let in, so nothing can be changed here any more."),
    "told_already": N_("Somebody else of the team has told them meanwhile."),
    "no_email": N_("There is no e-mail address to send this to."),
    "message_not_failed": N_("This message is not one that did not arrive, so it is not sent again."),
    "message_leaving": N_("This message is leaving just now. Look again in a few minutes."),
    "message_not_sent": N_("This message did not leave, so it cannot have come back."),
    "message_without_address": N_("There is no address any more to send this to. Add one, or tell them by telephone."),
    "message_is_test": N_("This is a test that somebody sent to themselves. Another one is sent where it was written."),
    "message_not_by_hand": N_("This code proves who somebody is, so nobody of the team is to see it."),
    "type_closed": N_("This category cannot be chosen at the moment. Please choose another."),
    "code_missing_here": N_("This event is by invitation. Please type the code that you were given."),
    "code_unknown": N_("We do not know this code. Please read it again, sign by sign."),
    "code_expired": N_("This code is too old. Please ask whoever gave it to you for a new one."),
    "code_used_up": N_("This code is good for %(left)s more people. Please ask whoever gave it to you."),
    "code_too_short": N_("A code needs at least %(min)s letters or digits, so that nobody finds it by trying."),
    "code_taken": N_("There is such a code already."),
    "code_for_whom": N_("A code registers people for a category that is open with a code. Please choose one."),
    "expiry_past": N_("The end must lie in the future."),
    "type_behind_stage": N_("Speakers and the team take no seat of the audience, so this cannot be open to everybody."),
    "type_kind_fixed": N_(
        "People are in this category already. Changed like this, they would begin or cease to take seats of the "
        "audience. Please make another category and move them there."
    ),
    "type_has_people": N_("People are in this category (%(people)s). Move them to another one first."),
    "type_has_codes": N_("Codes open this category (%(codes)s). Please withdraw them first."),
    "type_has_used_codes": N_("People registered with codes for this category, so it has to stay."),
    "type_has_invitations": N_("Invitations are for this category (%(invitations)s), so it has to stay."),
    "type_last": N_("An event needs a category for its guests. Please make another one first."),
    "type_last_at_door": N_("An entrance opens for this category alone. Please open it for another one first."),
    "type_last_asked": N_("A question is asked of this category alone. Please ask it of another one first."),
    "door_for_nobody": N_("An entrance would open for nobody. Please open it for another category first."),
    "pool_in_use": N_("Categories share these seats: %(types)s. Please take them out first."),
    "name_needed": N_("Please write a name."),
    "release_without_question": N_(
        "Places can be taken back from those who do not answer only if people are asked. Please say above when."
    ),
    "release_before_question": N_(
        "People must have time to answer: please give fewer days than the %(days)s at which they are asked."
    ),
    "offer_gone": N_("This place went to somebody else in the meantime. You are still on the waiting list."),
    "place_erased": N_("All that was known of this person was erased, so the place cannot be taken back."),
    "place_is_gone": N_("This place was given back or cancelled already."),
    "proof_wait": N_("Too many wrong answers. Please wait %(minutes)s minutes, then try again."),
    "proof_wrong_phone": N_("Name and digits do not go with this registration. Please look at both again."),
    "proof_wrong_code": N_(
        "This code is not right, or older than 30 minutes. Please type it again or ask for a new one."
    ),
    "proof_none": N_("We cannot know here who asks. Please ask the team of the event, in person or by phone."),
    "proof_codes_many": N_("So many codes were sent today that we send no more. Please ask the organizer."),
    "lost_contact_missing": N_("Please write the e-mail address or the phone number that was given."),
    "lost_name_missing": N_("Please write a name that stands on the registration."),
    "erase_nobody": N_("Please choose whom to erase."),
    "languages_too_many": N_("Up to %(max)s languages can be named."),
    "guardian_missing": N_("This person is under 18. Please write the name of a parent or guardian."),
    "guardian_phone_missing": N_("This person is under 18. Please write a phone number of the parent or guardian."),
    "guardian_consent_missing": N_("This person is under 18. A parent or guardian has to agree; please tick this."),
    # Questions of an organizer's own
    "question_missing": N_("Please write the question in at least one language."),
    "questions_too_many": N_("An event can ask up to %(max)s questions of its own. Please remove one first."),
    "choices_missing": N_("Please write at least two answers, one on each line."),
    "choices_uneven": N_("Each language needs the same number of lines: a line is the same answer in each of them."),
    "choices_too_many": N_("A question can have up to %(max)s answers."),
    "choices_twice": N_("The same answer stands there twice."),
    "condition_later": N_("A question can only depend on one that comes before it."),
    "condition_answer": N_("The earlier question no longer has this answer. Please choose another."),
    "condition_in_use": N_("Another question depends on this answer: %(question)s. Please change that one first."),
    "question_in_use": N_("Another question depends on this one: %(question)s. Please change that one first."),
    "question_answered": N_(
        "People have answered this question already, so its kind stays. Please add a new question instead."
    ),
    "reason_missing": N_(
        "This question asks for something delicate. Please write why you need to know; guests read it beside the "
        "question. If you cannot say, do not ask."
    ),
    "number_unclear": N_("Please write a number in digits, such as 12 or 2.5."),
    "number_too_large": N_("Please write a number up to %(max)s."),
    "invitee_missing": N_("Please write who is invited: a name, an organization, or both."),
    "places_in_use": N_("%(people)s people come on this invitation already, so it cannot be for fewer."),
    "hold_too_many": N_("Up to %(max)s places can be kept on this invitation."),
    "hold_full": N_("Only %(free)s places are free to be kept."),
    "reply_after_start": N_("The time to answer ends when the event begins, at the latest."),
    "reply_past": N_("This time is over already, so no places can be kept until then."),
    "invitee_unreachable": N_("There is neither an e-mail address nor a telephone number. Print the letter instead."),
    "invitation_withdrawn": N_("This invitation was withdrawn."),
    "invitation_closed": N_("The event has begun or was cancelled, so answers are no longer taken here."),
    "invitation_places": N_("This invitation is for up to %(max)s people."),
    "invitation_adds": N_("These places belong to an invitation. Please add people on the page of the invitation."),
    "person_there": N_(
        "%(names)s: already on the list. If somebody else has the same name, add something that tells them apart."
    ),
    "columns_unknown": N_(
        "No row with headings is found: there must be a column “Full name” or “Organization”. "
        "The template has them all."
    ),
    "rows_too_many": N_("Up to %(max)s people can be invited with one list."),
    "cell_day": N_("This is no day that we understand. Example: 2026-12-10, or 10/12/2026 18:00."),
    "cell_number": N_("Please write a whole number."),
    "cell_language": N_("This event does not speak this language."),
    "cell_type": N_("This event has no category of this name."),
    "representative_missing": N_("Please write who represents you."),
    # Cancelled and moved events
    "cancel_draft": N_("Only the team sees this event, so there is nothing to cancel."),
    "cancel_over": N_("The event is over, so it cannot be cancelled any more."),
    "cancel_not": N_("The event is not cancelled."),
    "publish_cancelled": N_(
        "The event is cancelled. If it takes place after all, say so on the page of the cancellation."
    ),
    "confirm_typed": N_("To confirm, please type this word: %(word)s."),
    "nothing_moved": N_("Date and place are as people know them, so there is nothing to tell."),
    # Speakers
    "event_over": N_("The event is over or cancelled, so answers are no longer taken."),
    "speaker_admitted": N_("You have been let in already. If you have to leave, please tell the team on site."),
    "crew_before_answer": N_("Please say first that you come; then you can name the people you bring."),
    "crew_full": N_("You can bring up to %(max)s people. For more, please ask the organizer."),
    "crew_none": N_("Nobody is planned to come with you. If you need somebody, please ask the organizer."),
    "crew_admitted": N_("This person has been let in already, so the ticket cannot be given back."),
    "periods_too_many": N_("Up to %(max)s times can be named. Please put some of them together."),
    "file_missing": N_("Please choose a file."),
    "file_too_large": N_("This file is too large: up to %(max)s MB can be sent. Smaller pictures in it help most."),
    "file_no_slides": N_("Only slides as PDF, ODP or PPTX can be taken, whole and without a password."),
    "file_too_many": N_("You have handed in %(max)s files. Please remove one before you add another."),
    # Event and programme
    "ends_before_start": N_("The end must be after the start."),
    "substitute_missing": N_("Please say both who stands in and how: instead of the person, or in their name."),
    "substitute_is_speaker": N_("Whoever stands in is in this session already. Please choose somebody else."),
    "seats_out_of_range": N_("Write a number of seats from 0 to %(max)s, or leave it empty: then anybody may come."),
    "break_has_no_seats": N_("A break has no seats that one could reserve."),
    "not_at_event": N_("This person has no confirmed place at the event, so they can have no seat in a session."),
    "session_takes_nobody": N_("This session is cancelled or over: it gives no seats any more."),
    "session_is_chosen": N_("Guests mean to see this session. Cancel it instead of deleting it: then they are told."),
    "draft_changed": N_("The programme was changed while you were looking at it. Please read the changes once more."),
    "time_invalid": N_("Please write day and time, such as 2026-12-18 09:00."),
    "day_invalid": N_("Please write the day, such as 2026-12-18."),
    "time_missing": N_("Such a time does not exist on this day: the clocks are put forward. Please choose another."),
    "slug_invalid": N_("The address may hold small letters, digits and single hyphens."),
    "slug_taken": N_("Another one has this address already."),
    "title_missing": N_("Please write a title in at least one language."),
    "name_missing": N_("Please write a name in at least one language."),
    "start_missing": N_("Please give the start too."),
    "timezone_invalid": N_("Please choose a time zone from the list."),
    "languages_missing": N_("Please choose at least one language."),
    "website_invalid": N_("This does not look like the address of a website. Example: https://example.org."),
    "number_invalid": N_("Please write a whole number from %(min)s to %(max)s."),
    "speaker_twice": N_("The same person stands in this session twice."),
    "session_placed": N_("This session has a time already; somebody else may have given it one."),
    "session_unplaced": N_("This session has no time. Please give it one first."),
    "session_too_short": N_("A session lasts at least %(min)s minutes."),
    "session_too_long": N_("A session lasts up to %(max)s hours."),
    "session_moved_since": N_(
        "Somebody else moved this session in the meantime. Look where it stands now, then do it again if it is still "
        "right."
    ),
    "swap_same": N_("Please choose another session to swap it with."),
    "edit_not_last": N_("Something else was done in the meantime, and only the last change can be undone."),
    "edit_overtaken": N_(
        "This cannot be undone any more, because one of the sessions was changed in another way since."
    ),
    "edit_room_gone": N_("This cannot be undone any more, because a room that it needs was removed."),
    "colour_invalid": N_("Please write the colour as # and six digits, such as #9a3b12."),
    "colour_too_light": N_("This colour is too light: text on it has a contrast of %(contrast)s to 1, 4.5 is needed."),
    "in_use": N_("This is still used elsewhere and cannot be removed: %(where)s."),
    "links_invalid": N_("This does not look like the address of a website: %(line)s. Please write one address a line."),
    "links_too_many": N_("Please name up to %(max)s addresses."),
    "task_twice": N_("This is asked for already."),
    # Photographs
    "photo_missing": N_("Please choose a photograph."),
    "photo_unreadable": N_("This file cannot be read as a picture. Please send a JPEG, PNG or WebP file."),
    "photo_heic": N_(
        "This photograph is in Apple’s HEIC format, which few phones can show. Please send it as JPEG: a "
        "screenshot of it is enough."
    ),
    "photo_too_small": N_("This picture is too small. Each side needs at least %(min)s pixels."),
    "photo_too_large": N_("This picture is too large. Please send one of less than %(max)s MB, as phones take them."),
    # Schedule files
    "schedule_unknown": N_(
        "This file is no schedule that can be read here. Schedules of c3voc, frab and pretalx can, as JSON or XML, "
        "calendars, and tables as CSV or XLSX that have a column for the title."
    ),
    "table_unknown": N_("No sheet of this workbook has a column for the title, such as “Title”."),
    "table_too_long": N_("This table is too large: up to %(max)s rows can be read."),
    "workbook_broken": N_("This workbook cannot be read. Please save it as XLSX without a password, or as CSV."),
    "schedule_broken": N_("This file is broken in line %(line)s, so nothing in it can be trusted."),
    "calendar_broken": N_("This calendar is broken, so nothing in it can be trusted."),
    "calendar_uid_twice": N_(
        "This calendar is broken: %(count)s entries have the same UID (%(uid)s), which is there to tell them apart."
    ),
    "schedule_unsafe": N_("This file defines abbreviations of its own (XML entities). Such files are not read."),
    "schedule_too_large": N_("This file is too large: up to %(max)s MB and %(sessions)s sessions can be read."),
    "schedule_empty": N_("There is no session in this file."),
    "schedule_problems": N_("Nothing was imported, since some of it cannot be read (sessions: %(count)s)."),
    "programme_changed": N_(
        "Somebody has changed the programme since you looked. Please look again at what the import would do."
    ),
    "schedule_file_large": N_("This file is too large: up to %(max)s MB can be sent here."),
    "schedule_language": N_("This event has no texts in this language: %(language)s."),
    "schedule_without_times": N_("No session of this programme has a time yet."),
    # Lists of attendees
    "list_unreadable": N_("This file holds no list. Please save it as XLSX or CSV."),
    "list_empty": N_("There is nobody in this list. The first row holds the headings, each further row a person."),
    "list_without_names": N_("Please say which column holds the names."),
    "list_choice": N_("“%(value)s” is none of the answers: %(choices)s."),
    "list_type_unknown": N_("This event has no category “%(value)s”."),
    "list_full": N_("There is no seat for this row, and this event has no waiting list."),
    "list_is_full": N_("Nothing was imported: there are no seats for %(count)s rows, and no waiting list."),
    "list_changed": N_("Something has changed since you looked. Please look again at what the import would do."),
    # Printing
    "print_nobody": N_("Nobody has such a ticket, so there is nothing to print."),
    # Mailings
    "chosen_unknown": N_("One of the choices is no longer there. Please look at them again."),
    "chosen_unconfirmed": N_("Reminders and thank-yous go to people with a confirmed place only."),
    "hour_invalid": N_("Please write the time of day, such as 18:00."),
    "announcement_empty": N_("Please write the announcement in at least one language."),
    "announcement_half": N_("Each language needs both a subject and a text. Leave both empty to go without it."),
    "survey_missing": N_("The text has {survey} in it. Please give the address of the survey too."),
    "came_before_start": N_("Who came is known only once the event has begun. Please choose a later time."),
    "reminder_after_start": N_("A reminder leaves before the event begins. Please choose an earlier time."),
    "thanks_before_end": N_("A thank-you leaves after the end of the event. Please choose a later time."),
    "invitees_after_end": N_(
        "After the event, those who were invited and came are among the guests. Please write to them there."
    ),
    "mailing_without_time": N_("Please say first when it leaves, or send it now."),
    "mailing_time_passed": N_("This time is over: %(when)s. Please choose another one, or send it now."),
    "mailing_not_public": N_("The event is not public, so nothing is sent to anybody. Please publish it first."),
    "mailing_left": N_("It has begun to leave, so it stays as it is. You can stop it, and make a copy."),
    "mailing_changed": N_("Somebody has changed it since you looked. Please look at it as it is now."),
    "mailing_nobody": N_("Nobody would get it. Please look at whom you chose."),
    "mailing_count_changed": N_(
        "There are %(number)s messages now; you saw %(expected)s. Please look once more, then send them if that is "
        "right."
    ),
    # Notices
    "notice_missing": N_("Please write the notice in at least one language."),
    "notice_over": N_("The end must lie in the future."),
    "notice_ended": N_("This notice is over already. Please write a new one."),
    # Accounts
    "sign_in_failed": N_("E-mail address and password do not belong together."),
    "sign_in_slow_down": N_("Too many attempts. Please wait %(minutes)s minutes, or ask for a sign-in link."),
    "link_used": N_("This link was used already or is too old. Ask for a new one."),
    "account_exists": N_("There is an account with this address already."),
    "password_wrong": N_("This is not your present password."),
    "password_too_short": N_("A password needs at least %(min)s characters."),
    # Door
    "pairing_expired": N_("This pairing link is too old or was withdrawn. Ask the organizer for a new one."),
    "no_ticket": N_("This person has no ticket."),
    "checkpoint_missing": N_("This event has no entrance of this name."),
    "checkpoint_session_missing": N_("Please say which session this is the door of."),
    "session_without_seats": N_("This session has no limited seats: anybody may come. Set its seats first."),
    "policy_for_doors": N_("Nobody comes back into a distribution: choose once, or out and in again."),
    "times_too_many": N_("More than %(max)s times of day: please keep only those at which everybody counts anew."),
    "times_invalid": N_("Please write times of day such as 08:00 14:00."),
    "times_without_days": N_("Half-days need the days of the event: set its dates first."),
    "checkpoint_kind_fixed": N_(
        "People were let in here already, so what it is for stays. Close it and add another one."
    ),
    "checkpoint_has_scans": N_("People were let in here already: close it instead, so that nothing is lost."),
    "checkpoint_in_use": N_("Phones are named for this entrance (%(phones)s): close it instead."),
    "checkpoint_last": N_("An event needs an entrance to its venue: this is the only one."),
    "checkpoint_closed": N_("This entrance was closed at the desk: only the desk opens it again."),
    "phone_name_missing": N_("Please give the phone a name, such as the door where it stands."),
    "code_missing": N_("Please scan a ticket or type its code."),
    "scan_id_taken": N_("Another phone has sent an entry under this number already."),
    "scan_target_missing": N_("This takes something back, but does not say what."),
}


def sentence(refused: Refused) -> str:
    """The refusal as a sentence in the reader's language."""
    return gettext(SENTENCES[refused.code], **refused.facts)
