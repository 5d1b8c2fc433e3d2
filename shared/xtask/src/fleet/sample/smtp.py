"""The sample's SMTP server. Arguments: port, the sample's address, its Maildir, a Maildir for all other mail."""

import asyncio
import mailbox
import os
import sys

from aiosmtpd.smtp import SMTP

PORT, ADDRESS, INBOX, SENT = sys.argv[1:]


def deliver(path, mail):
    """Adds a mail, owned like the Maildir: the IMAP server may run as another user."""
    box = mailbox.Maildir(path, create=True)
    owner = os.stat(path)
    key = box.add(mail)
    for folder in ("new", "cur"):
        for name in os.listdir(os.path.join(path, folder)):
            if name.startswith(key):
                file = os.path.join(path, folder, name)
                if os.geteuid() == 0:
                    os.chown(file, owner.st_uid, owner.st_gid)


class Keep:
    async def handle_DATA(self, server, session, envelope):
        for recipient in envelope.rcpt_tos:
            deliver(INBOX if recipient == ADDRESS else SENT, envelope.original_content)
        return "250 OK"


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Keep(), enable_SMTPUTF8=True), "127.0.0.1", int(PORT))
    await server.serve_forever()


asyncio.run(main())
