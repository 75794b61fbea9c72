"""A mail server that says what it is told to: silence, a cut line, a strange greeting too."""

import socket
import socketserver
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers import HOST, Startable

SILENCE, CUT = object(), object()
POLITE = {"": "220 mail.test", "EHLO": "250 mail.test", "MAIL": "250 OK", "RCPT": "250 OK", "DATA": "354 Go on",
          ".": "250 Taken", "RSET": "250 OK", "QUIT": "221 Bye"}  # fmt: skip


class Talker(Startable):
    """Attributes:
    heard: the commands of all lines, in the order in which they came; "." is the end of a text.
    lines: how many there were.
    """

    def __init__(self, *, certificate=None, from_the_start=False, **answers):
        """`answers` replace the polite ones; a list gives one after the other, its last one for good."""
        named = {"greeting": "", "dot": "."}
        self.answers = POLITE | {named.get(name, name): list(said) if isinstance(said, list) else said
                                 for name, said in answers.items()}  # fmt: skip
        self.certificate, self.from_the_start = certificate, from_the_start
        self.heard, self.lines, self.over = [], 0, threading.Event()

    def start(self):
        talker = self

        class Line(socketserver.StreamRequestHandler):
            def handle(self):
                talker.lines += 1
                with suppress(OSError):
                    talker.talk(self.request)

        socketserver.ThreadingTCPServer.daemon_threads = True
        self.server = socketserver.ThreadingTCPServer((HOST, 0), Line)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"smtp://{HOST}:{self.server.server_address[1]}"
        return self.url

    def stop(self):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    def talk(self, line):
        if self.from_the_start:
            line = self.secured(line)
        if not self.say(line, ""):
            return
        reader = line.makefile("rb")
        while heard := reader.readline():
            command = heard.decode().split()[0].upper()
            self.heard.append(command)
            if not self.say(line, command):
                return
            if command == "STARTTLS":
                line = self.secured(line)
                reader = line.makefile("rb")
            if command == "DATA" and self.answers["DATA"] == POLITE["DATA"]:
                while reader.readline() not in (b".\r\n", b""):
                    pass
                self.heard.append(".")
                if not self.say(line, "."):
                    return

    def say(self, line, command):
        said = self.answers.get(command, "502 What?")
        if isinstance(said, list):
            said = said.pop(0) if len(said) > 1 else said[0]
        if said is SILENCE:
            self.over.wait()
        if said in (SILENCE, CUT):
            line.shutdown(socket.SHUT_RDWR)
            return False
        line.sendall(f"{said}\r\n".encode())
        return True

    def secured(self, line):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        return context.wrap_socket(line, server_side=True)


def make_certificate(path):
    """Of this machine, signed by itself; in one file with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = serialization.NoEncryption()
    key_text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(key_text + certificate.public_bytes(serialization.Encoding.PEM))
    return path
