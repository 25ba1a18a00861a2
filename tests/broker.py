"""A real Mosquitto with TLS, passwords and an access list, for as long as a test needs one."""

import datetime
import ipaddress
import os
import signal
import ssl
import subprocess
import time

import paho.mqtt.client as paho
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from paho.mqtt.enums import CallbackAPIVersion

from tests.postgres import free_port

MOSQUITTO, PASSWD = "/usr/sbin/mosquitto", "/usr/bin/mosquitto_passwd"
PATTERNS = ("zebra/%u/data", "+/DATA/clients/data1event/%u", "rfid/%u/events")


class Broker:
    """`Broker(folder, {"sled 1": "secret"})`: each may publish under its own name; `tallyloop` may read everything."""

    def __init__(self, folder, people):
        self.folder, self.port = folder, free_port()
        self.people = {"tallyloop": "the-worker", **people}
        self._write_certificate()
        self._write_rules()
        self.start()

    @property
    def ca(self):
        """The file of the authority."""
        return str(self.folder / "ca.pem")

    @property
    def url(self):
        """For the worker."""
        return f"mqtts://tallyloop:the-worker@127.0.0.1:{self.port}"

    def start(self):
        """Start, or start again with what it had kept."""
        log = open(self.folder / "broker.log", "a")  # noqa: SIM115 (lives as long as the broker)
        self._process = subprocess.Popen([MOSQUITTO, "-c", self.folder / "broker.conf"], stdout=log, stderr=log)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                self.client("tallyloop-probe", "tallyloop").disconnect()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError((self.folder / "broker.log").read_text())

    def stop(self):
        """End it."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=20)

    def client(self, client_id, name, password=None):
        """Somebody who is connected, over TLS."""
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=paho.MQTTv311)
        client.username_pw_set(name, password or self.people[name])
        client.tls_set(ca_certs=self.ca, tls_version=ssl.PROTOCOL_TLS_CLIENT)
        said: list = []
        client.on_connect = lambda _c, _u, _f, reason, _p: said.append(reason)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        until = time.monotonic() + 20
        while not said and time.monotonic() < until:
            time.sleep(0.01)
        if not said or said[0].is_failure:
            client.loop_stop()
            raise ConnectionRefusedError(str(said))
        return client

    def publish(self, name, *messages, qos=1):
        """Publish `(topic, bytes)` as this device, and wait until the broker has them all."""
        client = self.client(f"device {name}", name)
        for told in [client.publish(topic, body, qos) for topic, body in messages]:
            told.wait_for_publish(20)
        client.disconnect()
        client.loop_stop()

    def _write_rules(self):
        passwords = self.folder / "passwords"
        passwords.write_text("")
        for name, word in self.people.items():
            subprocess.run([PASSWD, "-b", passwords, name, word], check=True, capture_output=True)
        rules = "user tallyloop\ntopic read #\n\n" + "".join(f"pattern write {one}\n" for one in PATTERNS)
        (self.folder / "rules").write_text(rules)
        for path in (passwords, self.folder / "rules", self.folder / "key.pem"):
            path.chmod(0o600)
        (self.folder / "broker.conf").write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous false\npassword_file {passwords}\n"
            f"acl_file {self.folder}/rules\ncafile {self.ca}\ncertfile {self.folder}/cert.pem\n"
            f"keyfile {self.folder}/key.pem\npersistence true\npersistence_location {self.folder}/\n"
            f"user {os.environ.get('USER') or 'root'}\nmax_queued_messages 100000\n"
        )

    def _write_certificate(self):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a broker for tests")])
        now = datetime.datetime.now(datetime.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=9))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
            .sign(key, hashes.SHA256())
        )
        pem = made.public_bytes(serialization.Encoding.PEM)
        for file in ("ca.pem", "cert.pem"):
            (self.folder / file).write_bytes(pem)
        plain = serialization.NoEncryption()
        words = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        (self.folder / "key.pem").write_bytes(key.private_bytes(*words))
