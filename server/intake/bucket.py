"""A bucket of any S3-compatible store as the place where photos lie: two calls, signed by hand.

Sources: AWS Signature Version 4, "Create a signed request"; Amazon S3 API Reference, PutObject and GetObject.
Addresses are path-style (`https://host/bucket/name`): every store understands them, and none needs a name in the DNS.

Scans never wait for it: only the darkroom and who looks at a photo do. While it is away, photos stay on the phones.
"""

import hashlib
import hmac
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import quote, urlsplit

from server.config import Access
from server.errors import Refusal

PATIENCE = 15  # seconds without an answer
TRIES = 2  # a connection that the other side was just closing costs one
_MISSING = 404
_log = logging.getLogger(__name__)


class PhotoStoreAway(Refusal):
    """The bucket cannot be reached, or does not let us in. Which of the two stands in the server's log."""

    code = "photo_store_away"
    status = 503
    en = "Photos cannot be reached at the moment. None is lost; try again in a few minutes, or tell the administrator."
    zh = "照片存储暂时无法访问，照片未丢失。请几分钟后重试，或联系管理员。"


def bucket_named(address: str, access: Access):
    """The bucket of `s3://name/prefix`. Raises `ValueError` if the settings cannot be meant."""
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.netloc:
        raise ValueError(f"TALLYLOOP_PHOTO_STORE must be like s3://bucket or s3://bucket/folder, not {address!r}")
    if not (access.key_id and access.secret):
        raise ValueError("TALLYLOOP_PHOTO_STORE needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    host = urlsplit(access.endpoint or f"https://s3.{access.region}.amazonaws.com")
    if host.scheme not in ("http", "https") or not host.netloc:
        raise ValueError(f"AWS_ENDPOINT_URL must be like https://host:9000, not {access.endpoint!r}")
    prefix = parts.path.strip("/")
    root = "/".join(part for part in (host.path.rstrip("/"), parts.netloc, prefix) if part)
    return Bucket(host.scheme == "https", host.netloc, "/" + root.lstrip("/"), access)


@dataclass(frozen=True)
class Bucket:
    """Objects below `root`, the path of the bucket and the prefix in it."""

    secure: bool
    host: str
    root: str
    access: Access

    def put(self, name, content):
        """Write it there for good; twice is once, since the name says what is in it. Raises `PhotoStoreAway`."""
        status, answer = self._ask("PUT", name, content)
        if status != 200:
            raise self._away(f"PUT {status}", answer)

    def get(self, name):
        """The bytes. Raises `FileNotFoundError`, `PhotoStoreAway`."""
        status, answer = self._ask("GET", name)
        if status == _MISSING and b"NoSuchBucket" not in answer:
            raise FileNotFoundError(name)
        if status != 200:
            raise self._away(f"GET {status}", answer)
        return answer

    def _ask(self, method, name, content=b""):
        path = quote(f"{self.root}/{name}", safe="/-._~")
        for attempt in range(TRIES):
            try:
                return self._once(method, path, content)
            except (OSError, HTTPException) as error:
                if attempt + 1 == TRIES:
                    raise self._away(method, repr(error).encode()) from error
        raise AssertionError("a try ends by an answer or by raising")

    def _once(self, method, path, content):
        connection = (HTTPSConnection if self.secure else HTTPConnection)(self.host, timeout=PATIENCE)
        try:
            headers = signed(self.access, method, self.host, path, hashlib.sha256(content).hexdigest(), _now())
            connection.request(method, path, content or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _away(self, what, answer):
        _log.error("photo store %s%s: %s: %s", self.host, self.root, what, answer[:500].decode(errors="replace"))
        return PhotoStoreAway()


def signed(access, method, host, path, content_sha256, at):
    """The headers of a request that the store believes, at an instant (UTC). `path` is quoted already. Pure."""
    stamp, day = at.strftime("%Y%m%dT%H%M%SZ"), at.strftime("%Y%m%d")
    said = {"host": host, "x-amz-content-sha256": content_sha256, "x-amz-date": stamp}
    names = ";".join(said)
    canonical = "\n".join(
        [method, path, "", *(f"{name}:{value}" for name, value in said.items()), "", names, content_sha256]
    )
    scope = f"{day}/{access.region}/s3/aws4_request"
    wanted = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4" + access.secret.encode()
    for part in (day, access.region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, wanted.encode(), "sha256").hexdigest()
    credential = f"Credential={access.key_id}/{scope}"
    return {**said, "authorization": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders={names}, Signature={signature}"}


def _now():
    return datetime.now(UTC)
