"""Mail that came back: what mail servers report after they had taken a letter (RFC 3464)."""

import email
import email.policy
import re
from email.message import EmailMessage

from comments.models import Letter

_OUR_ID = re.compile(rb"^Message-ID:\s*<([0-9a-f]{32})@", re.IGNORECASE | re.MULTILINE)


def take_bounce(raw: bytes) -> bool:
    """Stop writing to the address whose letter came back for good. False: the mail says nothing of that kind.

    The letter is known by its random Message-ID, which a report carries: nobody else can make one up.
    """
    said = _failure(email.message_from_bytes(raw, policy=email.policy.default))
    found = _OUR_ID.findall(raw)  # of the letter; the report's own is none of ours
    letter = Letter.objects.select_related("mailbox").filter(mail_id__in=[text.decode() for text in found]).first()
    if not said or letter is None:
        return False
    letter.mailbox.refuse(said)
    return True


def _failure(report: EmailMessage) -> str:
    """What the report says of a failure for good; empty for a delay, an answer from a person, a holiday note."""
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        text = "\n".join(str(block) for block in part.get_payload())
        status = re.search(r"^Status:\s*(5\.\d+\.\d+)", text, re.IGNORECASE | re.MULTILINE)
        if status and re.search(r"^Action:\s*failed", text, re.IGNORECASE | re.MULTILINE):
            detail = re.search(r"^Diagnostic-Code:\s*(.*)", text, re.IGNORECASE | re.MULTILINE)
            return f"{status[1]} {detail[1] if detail else ''}".strip()
    return ""
