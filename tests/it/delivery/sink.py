"""A real mail server for the tests: sink.py FOLDER MODE; prints its port, notes each message in FOLDER/taken.jsonl."""

import email
import email.policy
import hashlib
import json
import pathlib
import socket
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

folder, mode = pathlib.Path(sys.argv[1]), sys.argv[2]


class Handler:
    asked = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        Handler.asked += 1
        if mode == "temporary" and Handler.asked == 1:
            return "451 4.2.0 greylisted, try again"
        if mode == "permanent" or (mode == "one-refused" and address.startswith("gone@")):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = [
            {
                "name": part.get_filename(),
                "type": part.get_content_type(),
                "sha256": hashlib.sha256(part.get_content()).hexdigest(),
            }
            for part in message.iter_attachments()
        ]
        note = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": [[name, str(value)] for name, value in message.items()],
            "text": message.get_body(("plain",)).get_content(),
            "attachments": parts,
            "encrypted": server.transport.get_extra_info("ssl_object") is not None,
            "login": session.authenticated,
            "defects": [str(defect) for defect in message.defects],
        }
        with open(folder / "taken.jsonl", "a") as out:
            out.write(json.dumps(note) + "\n")
        return "250 OK"


def login(server, session, envelope, mechanism, data):
    good = data.login == b"beta" and data.password == b"s3cr3t-0123456789"
    return AuthResult(success=good, handled=good)


settings = {}
if mode in ("starttls", "implicit"):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    settings = {"ssl_context": context} if mode == "implicit" else {"tls_context": context, "require_starttls": True}
if mode == "login":
    settings = {"authenticator": login, "auth_require_tls": False, "auth_required": True}
if mode == "size":
    settings = {"data_size_limit": 20_000}

probe = socket.socket()
probe.bind(("127.0.0.1", 0))
port = probe.getsockname()[1]
probe.close()
controller = Controller(Handler(), hostname="127.0.0.1", port=port, **settings)
controller.start()
print(port, flush=True)
# Until the test closes the pipe.
sys.stdin.read()
controller.stop()
