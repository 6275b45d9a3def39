"""Settings: from the environment (`TWO_HIGH_…`) or a TOML file that TWO_HIGH_CONFIG names. No secret has a default."""

from __future__ import annotations

import os
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from api.settings_faults import CONFIG, PREFIX, faults, unknown_variables, unreadable
from review.errors import Fault, Refused, Text
from review.record.access.addresses import is_address
from review.record.storage.store import DEFAULT
from review.sheet.fields import refuse

# No setting: names the folder in which several workers put what each has counted, for prometheus_client.
SHARED = "PROMETHEUS_MULTIPROC_DIR"
_ADDRESS = re.compile("https?://[!-~]+")


class Settings(BaseSettings):
    """What an office can set. Sizes in bytes, times in seconds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    database: str = Field(DEFAULT, description="记录所在 / where the record is")
    rulesets: str | None = Field(
        None,
        description="存放本单位规则集的文件夹，有几个用路径分隔符隔开 / folders that hold the office's rulesets, the system's path separator between several",
    )
    ruleset: str | None = Field(
        None,
        description="本单位的规则集，默认为内置的 / the office's own ruleset, by default the one shipped",
    )
    host: str = Field("127.0.0.1", description="监听地址 / address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="监听端口 / port to listen on")
    workers: int = Field(1, ge=1, le=64, description="工作进程数 / worker processes")
    threads: int = Field(
        4,
        ge=1,
        le=64,
        description="每个进程处理请求的线程；POST /check 另有一个，只审查 JSON 项目表 / threads that work on requests in each process; POST /check judges JSON sheets in one thread of its own",
    )
    first_password_file: str | None = Field(
        None,
        description="首次启动时写入管理员密钥和首次密码的文件，默认在记录旁 / file that the first start writes the administrator's key and first password to, beside the record by default",
    )
    free_disk_bytes: int = Field(
        200_000_000, ge=0, description="记录所在磁盘的最少余量 / least free space on the record's disk"
    )
    second_person: bool = Field(True, description="推翻强制性结论须有复核人 / a second person over a mandatory failure")
    sheet_bytes: int = Field(1_000_000, ge=1_000, le=1_000_000, description="一份项目表的最大字节数 / largest sheet")
    upload_bytes: int = Field(
        10_000_000, ge=1_000, le=10_000_000, description="一份工作簿的最大字节数 / largest workbook"
    )
    file_bytes: int = Field(
        20_000_000, ge=1_000, le=20_000_000, description="一个文件（扫描件）的最大字节数 / largest file, such as a scan"
    )
    files_bytes: int = Field(
        10_000_000_000, ge=0, description="记录中全部文件的最大字节数 / most bytes of files in the record"
    )
    batch_bytes: int = Field(64_000_000, ge=1_000, description="一批的最大字节数 / largest batch")
    batch_sheets: int = Field(10_000, ge=1, description="一批最多几份 / most sheets in a batch")
    batches: int = Field(
        2, ge=1, description="一个密钥在每个进程同时处理的批数 / batches of a key at once in each process"
    )
    batches_in_all: int = Field(8, ge=1, description="每个进程同时处理的批数 / batches at once in each process")
    head_seconds: float = Field(10, gt=0, description="接收请求头的最长时间 / longest time to receive a request's head")
    receive_seconds: float = Field(
        30,
        gt=0,
        description="接收请求体的最长时间，一批为十倍 / longest time to receive a body, ten times that for a batch",
    )
    send_seconds: float = Field(
        30, gt=0, description="对方接收一段回复的最长时间 / longest time a caller takes for a piece of the answer"
    )
    finish_seconds: int = Field(
        30, ge=1, description="停止时等待在办请求的最长时间 / longest wait for what is under way when stopping"
    )
    busy_seconds: float = Field(30, gt=0, description="等待数据库的最长时间 / longest wait for the database")
    requests_per_minute: int = Field(600, ge=1, description="每个密钥每分钟的请求数 / requests a minute for a key")
    session_hours: float = Field(8, gt=0, le=24, description="登录的有效小时数 / hours that a sign-in lasts")
    webhook_private: bool = Field(False, description="允许向内网地址发送通知 / webhooks may go to private addresses")
    webhook_networks: str = Field(
        "",
        description="允许发送通知的内网网段，逗号分隔，如 10.20.0.0/16 / private networks that webhooks may go to, separated by a comma",
    )
    webhook_attempts: int = Field(9, ge=1, le=50, description="一条通知最多发送几次 / most attempts for a message")
    webhook_wait_seconds: float = Field(
        5,
        gt=0,
        description="首次重发前的等待，其后每次四倍 / wait before the second attempt, four times as long each time",
    )
    webhook_timeout_seconds: float = Field(10, gt=0, description="一次发送的最长时间 / longest time for an attempt")
    smtp_host: str | None = Field(
        None,
        max_length=253,
        description="发送邮件的服务器，不设则不发邮件 / the server that sends mail; without one no mail is sent",
    )
    smtp_port: int = Field(587, ge=1, le=65535, description="其端口 / its port")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="加密方式 / how the connection is encrypted"
    )
    smtp_roots: str | None = Field(
        None, description="该服务器的根证书（PEM 文件），默认取系统的 / its root certificates, by default the system's"
    )
    smtp_user: str | None = Field(None, description="登录名，不登录则不设 / login, where it asks for one")
    smtp_password: SecretStr | None = Field(None, description="登录密码 / its password")
    smtp_password_file: str | None = Field(
        None, description="存放登录密码的文件，代替 smtp_password / the file that holds it, instead of smtp_password"
    )
    mail_from: str | None = Field(None, description="发件地址 / the address that mail comes from")
    mail_seconds: float = Field(60, gt=0, description="查看收件箱的间隔 / how often inboxes are looked into")
    smtp_attempts: int = Field(9, ge=1, le=50, description="一封邮件最多发送几次 / most attempts for a mail")
    smtp_wait_seconds: float = Field(
        60,
        gt=0,
        description="首次重发前的等待，其后每次四倍 / wait before the second attempt, four times as long each time",
    )
    smtp_timeout_seconds: float = Field(20, gt=0, description="一次发送的最长时间 / longest time for an attempt")
    public_url: str | None = Field(
        None,
        max_length=500,
        description="人员访问本系统的网址，写入邮件 / the address at which people reach the pages, for links in mail",
    )
    poll_seconds: float = Field(
        1, gt=0, description="查看待发通知和任务的间隔 / how often messages and jobs are looked for"
    )
    key_file: str | None = Field(
        None, description="密钥文件，默认在数据库旁 / the key file, by default beside the database"
    )
    anchor_folder: str | None = Field(
        None,
        description="检查点交存的文件夹，默认在数据库旁，none 为不交存 / the folder that checkpoints are handed out to, by default beside the database, none: nowhere",
    )
    checkpoint_minutes: float = Field(
        10, gt=0, description="最迟多久记一次检查点 / longest time from an event to a checkpoint"
    )
    time_stamp_url: str | None = Field(
        None,
        description="时间戳机构的网址（RFC 3161） / address of a time stamp authority (RFC 3161; extra `timestamps`)",
    )
    time_stamp_roots: str | None = Field(
        None, description="时间戳机构的根证书（PEM 文件） / the authority's root certificates, a PEM file"
    )
    oidc_issuer: str | None = Field(None, description="单点登录的签发者网址 / issuer of single sign-on (extra `oidc`)")
    oidc_audience: str | None = Field(None, description="单点登录令牌的受众 / audience its tokens must name")
    oidc_client: str | None = Field(
        None,
        description="网页单点登录的客户端编号，须设 public_url / client id of single sign-on on the pages; needs public_url",
    )
    oidc_client_secret: SecretStr | None = Field(
        None, description="其密文，公开客户端不设 / its secret, none of a public client"
    )
    oidc_roles: str = Field("roles", description="令牌中写明角色的项 / the claim that holds the role")

    @field_validator("public_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not _ADDRESS.fullmatch(value):
            raise refuse(
                "public_url",
                "应为 http:// 或 https:// 开头的网址，不含空格，汉字等须写成编码",
                "should be an address that begins with http:// or https://, without spaces, other than ASCII characters percent-encoded",
            )
        return value

    @model_validator(mode="after")
    def _whole(self) -> Settings:
        if self.time_stamp_url and not (self.time_stamp_roots and self.anchor_folder != "none"):
            raise refuse(
                "time_stamp_url",
                "time_stamp_url 须与 time_stamp_roots 和 anchor_folder 一起设置",
                "time_stamp_url needs time_stamp_roots and anchor_folder",
            )
        try:
            self.networks()
        except ValueError:
            raise refuse(
                "webhook_networks",
                f"“{self.webhook_networks}”；webhook_networks 应为网段，逗号分隔，如 10.20.0.0/16,fd00:20::/32",
                f"“{self.webhook_networks}”; webhook_networks should be networks such as 10.20.0.0/16, separated by a comma",
            ) from None
        if self.smtp_host and not (self.mail_from and is_address(self.mail_from)):
            raise refuse(
                "smtp_host", "smtp_host 须与可用的 mail_from 一起设置", "smtp_host needs a mail_from that is an address"
            )
        if self.smtp_user and self.smtp_security == "none":
            raise refuse(
                "smtp_security",
                "smtp_security 为 none 时不能登录，密码会不加密发送",
                "with smtp_security none there is no login: its password would be sent in clear",
            )
        if self.smtp_user and (self.smtp_password is None) is (self.smtp_password_file is None):
            raise refuse(
                "smtp_user",
                "smtp_user 须与 smtp_password、smtp_password_file 之一同设",
                "smtp_user needs one of smtp_password and smtp_password_file",
            )
        if self.oidc_issuer and not (self.oidc_audience or self.oidc_client):
            raise refuse(
                "oidc_issuer",
                "oidc_issuer 须与 oidc_audience 或 oidc_client 一起设置",
                "oidc_issuer needs oidc_audience or oidc_client",
            )
        if self.oidc_client and not (self.oidc_issuer and self.public_url):
            raise refuse(
                "oidc_client",
                "oidc_client 须与 oidc_issuer、public_url 一起设置",
                "oidc_client needs oidc_issuer and public_url",
            )
        return self

    def networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The private networks that webhooks may go to."""
        return tuple(ip_network(each.strip()) for each in self.webhook_networks.split(",") if each.strip())

    def smtp_secret(self) -> str:
        """The password of the mail server. Raises OSError where its file cannot be read, ValueError where it is no text."""
        if self.smtp_password_file is not None:
            return Path(self.smtp_password_file).read_text(encoding="utf-8").strip()
        return self.smtp_password.get_secret_value() if self.smtp_password is not None else ""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = os.environ.get(CONFIG)
        return (init_settings, env_settings, *((TomlConfigSettingsSource(settings_cls, Path(file)),) if file else ()))


def read_settings(**given: Any) -> Settings:
    """The settings in force; `given` wins over the environment, the environment over the file. Raises Refused."""
    file = os.environ.get(CONFIG)
    if file and not Path(file).is_file():
        raise Refused([Fault(CONFIG, Text(f"没有这个文件：{file}", f"there is no such file: {file}"))])
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise Refused([*faults(error, Settings.model_fields, given)]) from error
    except (OSError, ValueError) as error:
        raise Refused([unreadable(file or CONFIG, error)]) from error
    if unknown := [*unknown_variables(Settings.model_fields)]:
        raise Refused(unknown)
    return settings


def shown(settings: Settings) -> dict[str, Any]:
    """The settings as a person may see them: the database without its password."""
    values = settings.model_dump()
    try:
        values["database"] = (
            make_url(settings.database).render_as_string(hide_password=True)
            if "://" in settings.database
            else settings.database
        )
    except ArgumentError:
        values["database"] = "?"
    for name in ("smtp_password", "oidc_client_secret"):
        values[name] = None if values[name] is None else "…"
    return values
