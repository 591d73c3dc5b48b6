"""Sections of the settings, and what they are made of."""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    field_serializer,
    field_validator,
    model_validator,
)


def expanded(path: Path) -> Path:
    # not Path.expanduser, which raises where there is no such user
    return Path(os.path.expanduser(path))


UserPath = Annotated[Path, AfterValidator(expanded)]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class WebSettings(Section):
    """How `piaohe serve` opens the pages and the API."""

    host: str = Field("127.0.0.1", min_length=1, description="The address it listens at.")
    port: int = Field(8080, ge=0, le=65535, description="The port it listens at.")
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^/\s]+/?$",
        description="Where browsers find it when a proxy stands before it, such as "
        "https://piaohe.example.com.",
    )
    tls_certificate: UserPath | None = Field(
        None, description="A certificate chain (PEM), to serve https without a proxy."
    )
    tls_key: UserPath | None = Field(None, description="The key of that certificate (PEM).")
    allowed_hosts: tuple[str, ...] = Field(
        (),
        description="Other host names it answers to; those of host and public_url need not be "
        "named.",
    )
    session_idle_minutes: int = Field(
        480, ge=1, description="Minutes after which an unused session ends."
    )
    session_hours: int = Field(168, ge=1, description="Hours after which any session ends.")
    max_reading: int = Field(
        4,
        ge=1,
        description="Documents that may be read at once without being kept (`/v1/read`) or wait "
        "for it; more are told to come again.",
    )
    four_eyes: bool = Field(
        True,
        description="Whether nobody decides alone on what they handed in or corrected themselves.",
    )
    approval_limit: int | None = Field(
        None, ge=0, description="From this total on, in yuan, two people have to accept."
    )
    requests_per_minute: int = Field(
        600, ge=1, description="Requests an API token may make in a minute; more are told to wait."
    )
    event_streams: int = Field(
        200, ge=0, description="Connections of /v1/events that are kept open at once."
    )
    hooks_private: bool = Field(
        False,
        description="Whether webhooks may go to plain http and to addresses of the own network.",
    )


class DatabaseSettings(Section):
    """Where the records are kept."""

    url: str | None = Field(
        None,
        repr=False,
        description="PostgreSQL instead of the home folder's own file, such as "
        "postgresql://piaohe@db.example.com/piaohe. The password is best left to PGPASSWORD or "
        "~/.pgpass.",
    )

    @field_validator("url")
    @classmethod
    def _is_postgresql(cls, value: str | None) -> str | None:
        if value is not None:
            from piaohe.store.postgres import parse

            parse(value)
        return value

    @field_serializer("url")
    def _without_password(self, value: str | None) -> str | None:
        """What is printed and logged; the attribute itself has the password."""
        if value is None:
            return None
        from sqlalchemy import make_url

        return make_url(value).render_as_string(hide_password=True)


class OriginalsSettings(Section):
    """Where the files as received are kept."""

    url: str | None = Field(
        None,
        description="A bucket that speaks S3 instead of the home folder, such as "
        "s3://bucket/prefix. Credentials are read from AWS_ACCESS_KEY_ID and "
        "AWS_SECRET_ACCESS_KEY alone.",
    )
    endpoint: str | None = Field(
        None,
        pattern=r"^https?://[^/\s@]+/?$",
        description="The server of that bucket where it is not Amazon's.",
    )

    @field_validator("url")
    @classmethod
    def _is_bucket(cls, value: str | None) -> str | None:
        if value is not None:
            from piaohe.store.s3 import parse

            parse(value)
        return value


class FlowSettings(Section):
    """How documents are carried from arrival to archive by workers."""

    slots: int | None = Field(
        None, ge=1, le=256, description="Documents worked on at once; empty takes half the cores."
    )
    queue_limit: int = Field(
        10_000, ge=1, description="Documents that may wait; more are asked to come back later."
    )
    time_limit_seconds: float = Field(
        300, gt=0, description="A document that takes longer is stopped and its worker replaced."
    )
    attempts: int = Field(
        3, ge=1, le=100, description="Tries of a step before a document is left to a person."
    )
    retry_seconds: float = Field(
        5, gt=0, description="The wait before the second try; four times as long before each next."
    )
    heartbeat_seconds: float = Field(2, gt=0, description="How often a worker says that it lives.")
    dead_after_seconds: float = Field(
        20, gt=0, description="A worker that was silent for so long is given up."
    )
    poll_seconds: float = Field(
        0.2, gt=0, description="How often a worker without work looks for some."
    )
    recycle_documents: int = Field(
        500, ge=1, description="Documents after which a worker is replaced by a fresh one."
    )
    recycle_mib: int = Field(
        4096, ge=256, description="Memory in MiB above which a worker is replaced by a fresh one."
    )
    settle_seconds: float = Field(
        3, ge=0, description="A watched file is complete when it did not change for so long."
    )
    rescan_seconds: float = Field(
        10, gt=0, description="How often watched folders are looked through anyway."
    )


class ObserveSettings(Section):
    """What is written down and shown of how it runs. Never what stands on a document."""

    log_format: Literal["json", "console"] = Field(
        "console", description="Lines of the log as JSON for programs, or for eyes."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least that is written."
    )
    log_file: UserPath | None = Field(
        None,
        description="Where the log goes instead of stderr; each process adds its part to the name.",
    )
    log_mib: int = Field(20, ge=1, description="A log file of this size in MiB makes room.")
    log_files: int = Field(5, ge=1, le=1000, description="Older log files that are kept.")
    metrics_seconds: float = Field(
        5, ge=0, description="For so long the same figures are given to whoever asks."
    )


class AlertSettings(Section):
    """When somebody is told, and how. Raised once, resolved once."""

    webhook_url: str | None = Field(
        None,
        pattern=r"^https?://[^/\s@]+(/\S*)?$",
        repr=False,
        description="Where alerts are posted as JSON.",
    )
    webhook_secret: SecretStr | None = Field(
        None, description="What they are signed with; needed for webhook_url."
    )
    mail_to: tuple[str, ...] = Field((), description="Whom alerts are mailed to.")
    mail_from: str = Field("piaohe@localhost", description="The sender of those mails.")
    smtp_host: str | None = Field(None, description="The mail server; without one none are sent.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the way to it is encrypted."
    )
    smtp_user: str | None = Field(None, description="The user there, where it wants one.")
    smtp_password: SecretStr | None = Field(None, description="The password there.")
    language: Literal["zh", "en"] = Field("zh", description="The language of mails.")
    stuck_minutes: int = Field(
        30, ge=1, description="A document that waits longer while none get done: queue_stuck."
    )
    error_share: float = Field(
        0.1, gt=0, le=1, description="Given up among the last documents from here on: error_rate."
    )
    error_last: int = Field(200, ge=10, le=10_000, description="How many those last ones are.")
    disk_gib: float = Field(5, gt=0, description="Less room on a disk: disk_low.")
    drift_share: float = Field(
        0.1,
        gt=0,
        le=1,
        description="The share corrected by people grew by so much: accuracy_drift.",
    )
    drift_last: int = Field(200, ge=20, le=10_000, description="Over how many reviews.")
    backup_days: float = Field(2, gt=0, description="A last backup older than this: backup_old.")
    source_hours: float = Field(
        48, gt=0, description="A source that gave nothing usable for so long: source_down."
    )

    @model_validator(mode="after")
    def _is_signed(self) -> "AlertSettings":
        if self.webhook_url is not None and self.webhook_secret is None:
            raise ValueError("webhook_url needs webhook_secret")
        if self.mail_to and self.smtp_host is None:
            raise ValueError("mail_to needs smtp_host")
        return self


class RetentionSettings(Section):
    """What may be removed, and after how long. Without any of these, nothing is."""

    without_invoice_days: int | None = Field(
        None,
        ge=1,
        description="Originals in which no invoice was found are removed after so many days.",
    )
    invoice_years: int | None = Field(
        None,
        ge=5,
        description="Originals of invoices are removed after so many years, where remove_invoices "
        "says so too. The law wants vouchers kept for 30.",
    )
    remove_invoices: bool = Field(
        False, description="Whether originals of invoices may be removed at all."
    )
    history_days: int = Field(
        90, ge=1, description="Runs of chores and delivered alerts are forgotten after so long."
    )


class ScheduleSettings(Section):
    """What is done by the clock. Times are minute, hour, day, month, weekday as in cron; empty is
    never."""

    enabled: bool = Field(True, description="Whether this machine does any of it.")
    zone: str = Field("Asia/Shanghai", description="The time zone of these times.")
    watch: str = Field("* * * * *", description="When alerts are looked for and delivered.")
    hooks: str = Field("* * * * *", description="When webhooks are made and delivered.")
    census: str = Field("* * * * *", description="When what happened is counted.")
    pull: str = Field("15 3 * * *", description="When the sources of sources.toml are imported.")
    ask_again: str = Field(
        "5 * * * *", description="When invoices are asked about again whose time has come."
    )
    rematch: str = Field(
        "*/10 * * * *", description="When new snapshots are looked for, to match with."
    )
    integrity: str = Field("30 1 * * *", description="When a slice of the originals is read.")
    integrity_days: int = Field(
        30, ge=1, le=366, description="In so many runs every original is read once."
    )
    retention: str = Field("45 2 * * *", description="When retention removes what it may.")
    tidy: str = Field("20 4 * * *", description="When old history is forgotten.")
    backup: str = Field("0 2 * * *", description="When a backup is made, to backup_target.")
    backup_target: UserPath | None = Field(
        None, description="The folder of scheduled backups; without one none are made."
    )
    backup_keys: UserPath | None = Field(
        None, description="The folder, apart from it, of keys and piaohe.toml."
    )
    backup_keep: int = Field(14, ge=1, description="The newest backups that are kept there.")

    @model_validator(mode="after")
    def _has_times(self) -> "ScheduleSettings":
        from piaohe.schedule.times import Times

        for name in CHORES:
            if text := getattr(self, name):
                Times.parse(text, self.zone)
        return self


CHORES = (
    *("watch", "hooks", "census", "pull", "ask_again", "rematch"),
    *("integrity", "retention", "tidy", "backup"),
)
"""The settings that are times of a chore, by its name."""
