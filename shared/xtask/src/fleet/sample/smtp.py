"""The sample's SMTP server: port and Maildir are its arguments."""

import asyncio
import mailbox
import sys

from aiosmtpd.smtp import SMTP

PORT, SENT = sys.argv[1:]
SENT = mailbox.Maildir(SENT, create=True)


class Keep:
    async def handle_DATA(self, server, session, envelope):
        SENT.add(envelope.original_content)
        return "250 OK"


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Keep(), enable_SMTPUTF8=True), "127.0.0.1", int(PORT))
    await server.serve_forever()


asyncio.run(main())
