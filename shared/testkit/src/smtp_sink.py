"""An SMTP server for tests: port, certificate, key and perhaps user and password are its arguments."""

import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

PORT, CERTIFICATE, KEY, *LOGIN = sys.argv[1:]


class Sink:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later@"):
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "data": envelope.original_content.decode("utf-8", "replace"),
        }
        print(json.dumps(mail), flush=True)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    ok = isinstance(data, LoginPassword) and [data.login.decode(), data.password.decode()] == LOGIN
    return AuthResult(success=ok, handled=ok)


async def main():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE, KEY)

    def protocol():
        return SMTP(
            Sink(),
            hostname="localhost",
            enable_SMTPUTF8=True,
            tls_context=tls,
            require_starttls=bool(LOGIN),
            auth_required=bool(LOGIN),
            authenticator=authenticate if LOGIN else None,
        )

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", int(PORT))
    await server.serve_forever()


asyncio.run(main())
