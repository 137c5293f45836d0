"""The addresses and domains of stop orders, and the classes of answers."""

from pathlib import Path

import pytest

from slotwatch.normal_forms.replies import above_the_quote, reply_reader
from slotwatch.normal_forms.stops import read_stops
from slotwatch.normal_forms.word_lists import read_word_lists

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
READ_REPLY = reply_reader(read_word_lists(SEEDS, ["reply_phrases"]))


def stops(text: str) -> list[str]:
    return [reading["normal_value"] for reading in read_stops(text) if "normal_value" in reading]


def answer(subject: str, body: str = "") -> str:
    return READ_REPLY(f"{subject}\n{body}")[0]["normal_value"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("dana@acme.com", ["dana@acme.com"]),
        (" Dana@ACME.com ", ["dana@acme.com"]),
        ("Dana Reed <dana@acme.com>", ["dana@acme.com"]),
        ("mailto:dana@acme.com?subject=stop", ["dana@acme.com"]),
        ("dana @ acme.com", ["dana@acme.com"]),
        ("dana (at) acme.com", ["dana@acme.com"]),
        ("dana@acme.com.", ["dana@acme.com"]),
        ("o'brien@acme.com", ["o'brien@acme.com"]),
        ("a@acme.com; b@other.com", ["a@acme.com", "b@other.com"]),
        ("a@acme.com,b@other.com a@acme.com", ["a@acme.com", "b@other.com"]),
        ("a@acme.com\nb@other.com", ["a@acme.com", "b@other.com"]),
        ("a@acme.com / b@other.com | c@acme.com", ["a@acme.com", "b@other.com", "c@acme.com"]),
        ("a@acme.com and b@other.com", ["a@acme.com", "b@other.com"]),
        ("@acme.com", ["@acme.com"]),
        ("*@acme.com", ["@acme.com"]),
        ("%@acme.com", ["@acme.com"]),
        ("*@*.acme.com", ["@acme.com"]),
        ("@mail.acme.co.uk", ["@acme.co.uk"]),
        ("a@other.com, *@acme.com", ["a@other.com", "@acme.com"]),
        ("acme.com", ["@acme.com"]),
        ("https://www.acme.com/about", ["@acme.com"]),
        ("@not-acme.com", ["@not-acme.com"]),
        ("xdana@acme.com", ["xdana@acme.com"]),
        ("noemail@acme.com", ["noemail@acme.com"]),
        ("dana [at] acme [dot] com", ["dana@acme.com"]),
        ("dana at acme dot com", ["dana@acme.com"]),
        ("\u201cdana@acme.com\u201d!", ["dana@acme.com"]),
        ("https://acme.com/stop?email=dana%40acme.com", ["dana@acme.com"]),
        ("a@other.com+dana@acme.com-", ["a@other.com", "dana@acme.com"]),
        ("*dana@acme.com*", ["dana@acme.com"]),
    ],
)
def test_a_stop_order_names_every_address_and_domain_of_its_field(text, named):
    assert stops(text) == named


@pytest.mark.parametrize("text", ["n/a", "none", "*", "@", "everybody at the firm", "Dr. Smith", "a@", "-"])
def test_a_text_without_an_address_or_domain_gives_no_target(text):
    assert stops(text) == []


@pytest.mark.parametrize(
    ("reply_class", "subject", "body"),
    [
        ("reply", "Re: your note", ""),
        ("reply", "Re: plan renewal", "Who handles this on your side?"),
        ("reply", "", ""),
        ("reply", "Re: a question", "We should stop the clock on this. What do you suggest?"),
        ("reply", "Re: stop-loss coverage", ""),
        ("reply", "Stop loss: a question", ""),
        ("reply", "Re: a question", "Our employees may opt out of coverage in May. Let us talk."),
        ("reply", "Re: a question", "No problem, call me on Tuesday."),
        ("reply", "Re: a question", "I was out of the office last week. Call me."),
        ("reply", "Re: out of the office supplies budget", ""),
        ("reply", "Re: automatic payments", ""),
        ("reply", "Re: delivery failure of ID cards", ""),
        ("reply", "Re: returned mail room costs", ""),
        ("reply", "Vacation policy question", ""),
        ("reply", "Re: your note", "Please stop by our office on Tuesday."),
        ("reply", "Re: your note", "I\u2019ll pass this along to our CFO."),
        ("reply", "Re: your note", "No need to apologize, let us talk."),
        ("reply", "Re: your note", "We're good for Tuesday."),
        ("reply", "Re: your note", "We are not happy with our broker."),
        ("reply", "Re: your note", "Please don't hesitate to call me."),
        ("reply", "Re: your note", "Please remove Bob from the thread and add Ann."),
        ("reply", "Re: your note", "Please do not contact our current broker about this."),
        ("reply", "Re: your note", "Can we opt out of the renewal clause?"),
        ("reply", "Re: your note", "My assistant is out of the office, so write to me."),
        ("reply", "Re: your note", "Thank you for your message. Tuesday works."),
        ("reply", "Re: parental leave", ""),
        ("reply", "Re: rejected claims", ""),
        ("reply", "Returning your call", ""),
        ("automatic", "Automatic reply: your note", ""),
        ("automatic", "Auto-Reply", ""),
        ("automatic", "Auto: on leave", ""),
        ("automatic", "Out of office", ""),
        ("automatic", "Re: Out of the office until Monday", ""),
        ("automatic", "Re: your note", "Hello,\nI am out of the office until Monday.\nFor urgent matters call Sam."),
        ("automatic", "OOO Re: your note", ""),
        ("automatic", "[EXTERNAL] Automatic reply: your note", ""),
        ("automatic", "On vacation until Monday", ""),
        ("automatic", "Maternity leave Re: your note", ""),
        ("automatic", "R\u00e9ponse automatique : your note", ""),
        ("automatic", "Re: your note", "I'm on PTO until Monday."),
        ("automatic", "Re: your note", "Your message has been received. We answer soon."),
        # a notice that the mail server tries again: nobody answered, and the address may be right
        ("automatic", "Delivery Status Notification (Delay)", ""),
        ("automatic", "Delivery delayed: your note", "Delivery is delayed to these recipients or groups:"),
        ("automatic", "Delayed Mail (still being retried)", "This is the mail system at host mx.example."),
        ("automatic", "Warning: message 1uABcd-0002 delayed 24 hours", ""),
        ("automatic", "Warning: could not send message for past 4 hours", ""),
        ("automatic", "Re: your note", "There was a temporary problem delivering your message to dana@acme.com."),
        ("reply", "Re: your note", "Sorry, my email was delayed. Call me on Tuesday."),
        ("reply", "Delayed renewal", "Our renewal is delayed until May. Call me then."),
        ("delivery_failure", "[EXT] Undeliverable: your note", ""),
        ("delivery_failure", "NDR: your note", ""),
        ("delivery_failure", "Non-delivery report", ""),
        ("delivery_failure", "Unzustellbar: your note", ""),
        ("delivery_failure", "Re: your note", "Your message to dana@acme.com couldn't be delivered."),
        ("delivery_failure", "Undeliverable: your note", ""),
        ("delivery_failure", "Delivery Status Notification (Failure)", ""),
        ("delivery_failure", "Mail delivery failed: returning message to sender", ""),
        ("delivery_failure", "Re: your note", "Your message could not be delivered to dana@acme.com."),
        ("opt_out", "Re: your note", "STOP"),
        ("opt_out", "Re: your note", "Stop.\n\nDana Reed\nCFO"),
        ("opt_out", "Stop", ""),
        ("opt_out", "Unsubscribe", ""),
        ("opt_out", "Re: your note", "Hi Sam,\nplease remove\nme from your list"),
        ("opt_out", "Re: your note", "Please don\u2019t contact me again!"),
        ("opt_out", "Re: your note", "<p>Please&nbsp;remove me</p>"),
        ("opt_out", "Re: your note", "Enough. Stop."),
        ("opt_out", "Re: your note", "Remove dana@acme.com from your list"),
        ("opt_out", "Re: your note", "Kindly unsubscribe"),
        ("opt_out", "Re: your note", "We ask that you not contact us."),
        ("opt_out", "Re: your note", "I no longer wish to receive these"),
        ("opt_out", "Re: your note", "Please refrain from emailing me."),
        ("opt_out", "Re: your note", "Dont ever email me again"),
        ("negative", "Re: your note", "We\u2019re not interested."),
        ("negative", "Re: your note", "We are very happy with our current broker."),
        ("negative", "Re: your note", "We already have a broker"),
        ("negative", "Re: your note", "We'll hold off for now"),
        ("negative", "Re: your note", "Not interested, thanks."),
        ("negative", "Re: your note", "Hi Sam,\n\nno thanks"),
        ("negative", "Re: your note", "No."),
    ],
)
def test_an_answer_has_the_class_of_its_first_phrase(reply_class, subject, body):
    assert answer(subject, body) == reply_class


@pytest.mark.parametrize(
    "quote",
    [
        "> please remove me",
        "On Tue, Jan 5, 2026 at 9:00 AM Sender <a@b.com> wrote:\nplease remove me",
        "On Tue, Jan 5, 2026 at 9:00 AM Sender\n<a@b.com> wrote:\nplease remove me",
        "-----Original Message-----\nplease remove me",
        "From: Sender <a@b.com>\nplease remove me",
        "________________________________\nplease remove me",
    ],
)
def test_quoted_text_below_an_answer_is_not_read(quote):
    assert answer("Re: your note", f"Tell me more.\n\n{quote}") == "reply"
    assert above_the_quote(f"Tell me more.\n{quote}").strip() == "Tell me more."


def test_a_phrase_of_an_unknown_class_is_refused():
    lists = read_word_lists(SEEDS, ["reply_phrases"])
    changed = lists["reply_phrases"].to_pylist()[:1]
    changed[0]["reply_class"] = "maybe"
    with pytest.raises(ValueError, match="unknown reply_class maybe"):
        reply_reader({"reply_phrases": lists["reply_phrases"].from_pylist(changed)})
