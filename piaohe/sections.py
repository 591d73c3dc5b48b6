"""Sections of the settings, and what they are made of."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_serializer, field_validator


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
    max_waiting: int = Field(
        200, ge=1, description="Uploads that may wait to be read; more are told to come again."
    )
    four_eyes: bool = Field(
        True,
        description="Whether nobody decides alone on what they handed in or corrected themselves.",
    )
    approval_limit: int | None = Field(
        None, ge=0, description="From this total on, in yuan, two people have to accept."
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
