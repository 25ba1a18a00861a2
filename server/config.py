"""Settings: read once from the environment, each with its default and its unit."""

import contextlib
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Access:
    """How to get into a bucket, from the variables that all S3 tools read. `endpoint`: None for Amazon's own."""

    endpoint: str | None = None
    region: str = "us-east-1"
    key_id: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Settings:
    """What the server is told from outside. `Settings.from_environment()` reads it."""

    data_dir: Path
    database_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    tls_port: int = 8443  # of https with `serve --lan`; `port` then has the set-up page for phones
    workers: int = 2  # gunicorn worker processes
    threads: int = 4  # threads a worker: measured best of 1–16 with gthread
    demo: bool = False  # fill an empty database with the demo warehouse
    admin_password: str | None = None  # of user `admin` on an empty database; None: random, printed once
    secret_key: str = field(default="", repr=False)  # signs tokens; made and kept in the data dir
    access_minutes: int = 15  # life of an access token
    refresh_days: int = 30  # life of a refresh token
    jobs_seconds: int = 30  # how often each worker looks for jobs that are due; 0: never, a cron does
    login_limit: str = "20 per minute"  # sign-in tries from one address
    photo_store: str = ""  # s3://bucket or s3://bucket/folder; empty: `photos` in the data dir
    bucket: Access = Access()  # of that bucket
    # Twenty times what one reader sends: a gateway may speak for a hall of them with one key. 0: as many as it likes.
    reader_posts: float = 400  # posts a second with one key
    reader_reads: float = 40_000  # reads a second with one key; what is more is sampled, then asked for later
    mqtt_url: str = ""  # of `tallyloop mqtt`: mqtts://user:password@broker:8883
    mqtt_ca: str = ""  # a file with the authority that signed the broker's certificate, if it is none of the world's
    pwa_dir: Path = Path(__file__).resolve().parent.parent / "pwa" / "dist"

    @property
    def embedded(self):
        return self.database_url.startswith("sqlite")

    @classmethod
    def from_environment(cls, environ=os.environ):
        data_dir = Path(environ.get("TALLYLOOP_DATA_DIR", "./var")).resolve()
        data_dir.mkdir(parents=True, exist_ok=True)
        optional = {}
        if environ.get("TALLYLOOP_LOGIN_LIMIT"):
            optional["login_limit"] = environ["TALLYLOOP_LOGIN_LIMIT"]
        if environ.get("TALLYLOOP_PWA_DIR"):
            optional["pwa_dir"] = Path(environ["TALLYLOOP_PWA_DIR"]).resolve()
        return cls(
            data_dir=data_dir,
            database_url=_database_url(environ.get("DATABASE_URL"), data_dir),
            host=environ.get("TALLYLOOP_HOST", "127.0.0.1"),
            port=int(environ.get("TALLYLOOP_PORT", "8000")),
            tls_port=int(environ.get("TALLYLOOP_TLS_PORT", "8443")),
            workers=int(environ.get("TALLYLOOP_WORKERS", "2")),
            threads=int(environ.get("TALLYLOOP_THREADS", "4")),
            demo=environ.get("TALLYLOOP_DEMO", "0") == "1",
            admin_password=environ.get("TALLYLOOP_ADMIN_PASSWORD") or None,
            secret_key=environ.get("TALLYLOOP_SECRET_KEY") or _kept_secret(data_dir),
            access_minutes=int(environ.get("TALLYLOOP_ACCESS_MINUTES", "15")),
            refresh_days=int(environ.get("TALLYLOOP_REFRESH_DAYS", "30")),
            jobs_seconds=int(environ.get("TALLYLOOP_JOBS_SECONDS", "30")),
            photo_store=environ.get("TALLYLOOP_PHOTO_STORE", ""),
            bucket=_access(environ),
            reader_posts=float(environ.get("TALLYLOOP_READER_POSTS", "400")),
            reader_reads=float(environ.get("TALLYLOOP_READER_READS", "40000")),
            mqtt_url=environ.get("TALLYLOOP_MQTT_URL", ""),
            mqtt_ca=environ.get("TALLYLOOP_MQTT_CA", ""),
            **optional,
        )


def _access(environ):
    return Access(
        endpoint=environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL") or None,
        region=environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or "us-east-1",
        key_id=environ.get("AWS_ACCESS_KEY_ID", ""),
        secret=environ.get("AWS_SECRET_ACCESS_KEY", ""),
    )


def _database_url(given, data_dir):
    """The driver is ours to choose; people write `postgresql://…` or `postgres://…`."""
    if not given:
        return f"sqlite:///{data_dir / 'tallyloop.db'}"
    for prefix in ("postgresql://", "postgres://"):
        if given.startswith(prefix):
            return "postgresql+psycopg://" + given[len(prefix) :]
    return given


def _kept_secret(data_dir):
    """Made once and readable by the owner only; of two workers that start together, the first link wins for both."""
    path = data_dir / "secret_key"
    if not path.exists():
        draft = data_dir / f"secret_key.{os.getpid()}.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
