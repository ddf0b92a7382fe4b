import email
import email.policy
import smtplib
from email.message import EmailMessage

from oms.mailcatcher import MailCatcher


def test_a_mail_is_kept_as_it_was_sent(tmp_path):
    catcher = MailCatcher(tmp_path / "mail")
    catcher.start()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "orders@example.com", "li@example.com", "您的订单"
    mail.set_content("你好")
    with smtplib.SMTP("127.0.0.1", catcher.port) as server:
        server.send_message(mail)
    catcher.stop()
    [path] = catcher.folder.iterdir()
    kept = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert (path.suffix, kept["Subject"], kept.get_content().strip()) == (".eml", "您的订单", "你好")
