"""An S3-compatible server for tests: moto as a process, which believes no request that is not signed rightly."""

import json
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import boto3

from tests.postgres import free_port

BUCKET = "evidence"
_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


class Buckets:
    """A running server with an empty bucket. `access`: the way in, as the variables that S3 tools read."""

    def __init__(self, folder):
        self._log = Path(folder) / "moto.log"
        self.url = f"http://127.0.0.1:{free_port()}"
        self.start()

    def start(self):
        """Start on the same port with an empty bucket and a new key."""
        with open(self._log, "a") as log:
            where = ["-H", "127.0.0.1", "-p", self.url.rpartition(":")[2]]
            self._process = subprocess.Popen([sys.executable, "-m", "moto.server", *where], stdout=log, stderr=log)
        self._wait()
        people, anybody = self._client("iam"), self._client("s3")
        people.create_user(UserName="tallyloop")
        people.put_user_policy(UserName="tallyloop", PolicyName="all", PolicyDocument=json.dumps(_ALL))
        key = people.create_access_key(UserName="tallyloop")["AccessKey"]
        anybody.create_bucket(Bucket=BUCKET)
        self._post("/moto-api/reset-auth", b"0")  # from now on every signature is checked
        self.access = {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        }

    def names(self):
        """What lies in the bucket."""
        keys = self.access["AWS_ACCESS_KEY_ID"], self.access["AWS_SECRET_ACCESS_KEY"]
        found = self._client("s3", *keys).list_objects_v2(Bucket=BUCKET)
        return [each["Key"] for each in found.get("Contents", [])]

    def stop(self):
        """Pull the plug."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(timeout=10)

    def _client(self, service, key_id="nobody", secret="nothing"):
        where = {"endpoint_url": self.url, "region_name": "us-east-1"}
        return boto3.client(service, **where, aws_access_key_id=key_id, aws_secret_access_key=secret)

    def _post(self, path, body):
        asked = urllib.request.Request(self.url + path, body, {"Content-Type": "text/plain"})
        urllib.request.urlopen(asked, timeout=10).close()

    def _wait(self):
        until = time.monotonic() + 60
        while time.monotonic() < until and self._process.poll() is None:
            try:
                urllib.request.urlopen(self.url + "/moto-api/", timeout=5).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"the bucket server did not start:\n{self._log.read_text()[-2000:]}")
