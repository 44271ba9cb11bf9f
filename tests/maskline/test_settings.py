"""What can be set from outside: read once, refused with a reason, documented."""

import re

import pytest

from maskline.settings import HOME, PREFIX, RUNNERS_OWN, Settings, SettingsRefused, load

SECRET = "hush-a1b2c3d4e5f6"
VARIABLES = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch):
    """The tests' own environment has no say."""
    for variable in [*VARIABLES, *RUNNERS_OWN]:
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def env_file(tmp_path):
    return tmp_path / ".env"


@pytest.fixture
def refused(monkeypatch, env_file):
    """The complaint about these values, without `MASKLINE_` in the arguments."""

    def complaint(**values):
        for name, value in values.items():
            monkeypatch.setenv(PREFIX + name.upper(), value)
        with pytest.raises(SettingsRefused) as caught:
            load(env_file)
        return str(caught.value)

    return complaint


def test_a_newcomer_needs_to_set_nothing(env_file):
    settings = load(env_file)

    assert not settings.external
    assert settings.base_url == "http://127.0.0.1:8080"
    assert settings.data_dir == HOME / ".data"
    assert settings.keys_file == HOME / ".data" / "keys.json"


def test_the_environment_wins_over_the_file(monkeypatch, env_file):
    env_file.write_text("MASKLINE_HTTP_PORT=9001\nMASKLINE_RING_SECONDS=30\nOTHER=1\n")
    monkeypatch.setenv("MASKLINE_HTTP_PORT", "9002")

    settings = load(env_file)

    assert (settings.http_port, settings.ring_seconds) == (9002, 30)


def test_set_to_nothing_is_not_set(monkeypatch, env_file):
    monkeypatch.setenv("MASKLINE_TWILIO_AUTH_TOKEN", "")
    monkeypatch.setenv("MASKLINE_HTTP_PORT", "")

    settings = load(env_file)

    assert settings.twilio_auth_token is None
    assert settings.http_port == 8080


def test_lists_are_written_with_commas(monkeypatch, env_file):
    monkeypatch.setenv("MASKLINE_TRUSTED_PROXIES", "10.0.0.0/8, ::1/128")
    monkeypatch.setenv("MASKLINE_DESTINATION_COUNTRIES", "in, GB")

    settings = load(env_file)

    assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.0/8", "::1/128"]
    assert settings.destination_countries == ("IN", "GB")


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("HTTP_PORT", "eighty", "should be a valid integer"),
        ("OPS_PORT", "70000", "less than or equal to 65535"),
        ("WORKERS", "0", "greater than or equal to 1"),
        ("RING_SECONDS", "900", "less than or equal to 60"),
        ("TALK_SECONDS", "59", "greater than or equal to 60"),
        ("CALLBACK_MINUTES", "-1", "greater than or equal to 0"),
        ("LOG_FORMAT", "yaml", "'auto', 'json' or 'text'"),
        ("DATABASE_URL", f"mysql://u:{SECRET}@h/d", "starts with postgresql:// or postgres://"),
        ("REDIS_URL", f"http://:{SECRET}@h", "starts with redis://"),
        ("PUBLIC_URL", "calls.example.org", "an address like https://calls.example.org"),
        ("PUBLIC_URL", "http://calls.example.org", "write https://"),
        ("PUBLIC_URL", f"https://u:{SECRET}@calls.example.org", "without a query or a password"),
        ("PLIVO_API_URL", "http://api.plivo.com", "write https://"),
        ("TWILIO_ACCOUNT_SID", SECRET, "AC and 32 hex digits"),
        ("PLIVO_AUTH_ID", SECRET, "20 capital letters"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "networks with commas"),
        ("DESTINATION_COUNTRIES", "UK", "the United Kingdom is GB"),
        ("COURIER_EXCEPTIONS", "10.0.0.1:80", "addresses of this machine"),
        ("COURIER_EXCEPTIONS", "localhost:9000", "addresses of this machine"),
        ("COURIER_EXCEPTIONS", "127.0.0.1", "with their ports"),
        ("COURIER_EXCEPTIONS", "127.0.0.1:9000/hook", "addresses of this machine"),
    ],
)
def test_a_wrong_value_is_named_with_what_to_write_instead(refused, variable, value, says):
    complaint = refused(**{variable: value})

    line = next(line for line in complaint.splitlines() if line.startswith(f"MASKLINE_{variable}: "))
    assert says in line
    assert SECRET not in complaint


def test_every_wrong_value_is_told_at_once(refused):
    complaint = refused(http_port="x", workers="x", log_format="x")

    assert len(complaint.splitlines()) == 4


def test_a_typing_error_in_a_name_does_not_pass_as_a_default(refused, env_file):
    env_file.write_text("MASKLINE_PLIVO_AUTH_TOKN=x\n")

    complaint = refused(htpp_port="9000")

    assert "MASKLINE_HTPP_PORT: is no setting; did you mean MASKLINE_HTTP_PORT?" in complaint
    assert "MASKLINE_PLIVO_AUTH_TOKN: is no setting; did you mean MASKLINE_PLIVO_AUTH_TOKEN?" in complaint


def test_what_the_runner_reads_is_no_typing_error(monkeypatch, env_file):
    monkeypatch.setenv("MASKLINE_VENV", "/somewhere")

    assert load(env_file).http_port == 8080


def test_a_file_that_is_no_text_is_refused(refused, env_file):
    env_file.write_bytes(b"MASKLINE_HTTP_HOST=\xff\xfe\n")

    assert f"{env_file}: is not UTF-8 text" in refused()


def test_production_has_no_guessed_address_or_keys(refused):
    complaint = refused(database_url="postgresql://db.example/maskline", redis_url="redis://cache.example")

    assert "MASKLINE_PUBLIC_URL: missing" in complaint
    assert "MASKLINE_KEYS: missing" in complaint


def test_in_production_no_hook_leads_to_this_machine(refused):
    complaint = refused(database_url="postgresql://db.example/maskline", redis_url="redis://cache.example",
                        courier_exceptions="127.0.0.1:9000,[::1]:9001")  # fmt: skip

    assert "MASKLINE_COURIER_EXCEPTIONS: is for the desk" in complaint


@pytest.mark.parametrize(
    ("there", "value", "missing"),
    [
        ("TWILIO_AUTH_TOKEN", SECRET, "TWILIO_ACCOUNT_SID"),
        ("PLIVO_AUTH_TOKEN", SECRET, "PLIVO_AUTH_ID"),
        ("REDIS_URL", f"redis://:{SECRET}@h", "DATABASE_URL"),
        ("DATABASE_URL", f"postgresql://:{SECRET}@h/d", "REDIS_URL"),
    ],
)
def test_half_a_pair_is_refused(refused, there, value, missing):
    complaint = refused(**{there: value})

    assert f"MASKLINE_{missing}: missing, while MASKLINE_{there} is set; set both or neither" in complaint
    assert SECRET not in complaint


def test_a_pooler_needs_a_way_past_it(refused):
    complaint = refused(database_pooling="transaction", database_url=f"postgresql://u:{SECRET}@pooler/d",
                        redis_url="redis://cache.example")  # fmt: skip

    assert "MASKLINE_DATABASE_DIRECT_URL: missing" in complaint
    assert SECRET not in complaint


def test_a_way_past_a_pooler_needs_the_pooler(refused):
    complaint = refused(database_direct_url=f"postgresql://u:{SECRET}@db/d")

    assert "MASKLINE_DATABASE_URL: missing, while MASKLINE_DATABASE_DIRECT_URL or" in complaint
    assert SECRET not in complaint


def test_two_listeners_cannot_share_a_port(refused):
    assert "two of them are the same port" in refused(ops_port="8080")


def test_secrets_do_not_show_and_nothing_changes_after_the_start(monkeypatch, env_file):
    for name in ("DATABASE_URL", "DATABASE_DIRECT_URL", "REDIS_URL", "TWILIO_AUTH_TOKEN", "PLIVO_AUTH_TOKEN"):
        scheme = {"REDIS_URL": "redis://"}.get(name, "postgresql://" if name.startswith("DATABASE") else "")
        monkeypatch.setenv(PREFIX + name, scheme + SECRET)
    monkeypatch.setenv("MASKLINE_TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    monkeypatch.setenv("MASKLINE_PLIVO_AUTH_ID", "MA" + "0" * 18)
    monkeypatch.setenv("MASKLINE_PUBLIC_URL", "https://calls.example.org/")
    monkeypatch.setenv("MASKLINE_KEYS", "~/keys.json")

    settings = load(env_file)

    assert SECRET not in repr(settings) + str(settings)
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value().endswith(SECRET)
    assert settings.base_url == "https://calls.example.org"
    assert settings.keys_file.is_absolute()
    with pytest.raises(ValueError):
        settings.http_port = 1


def test_the_page_tells_each_setting_as_the_code_has_it():
    rows = re.findall(
        r"^\| `(MASKLINE_\w+)` \| (.+?) \| (.+) \|$", (HOME / "docs/settings.md").read_text(), re.MULTILINE
    )

    assert [(name, default, text) for name, default, text in rows] == [
        (variable, _told(field.default), field.description)
        for variable, field in zip(VARIABLES, Settings.model_fields.values(), strict=True)
    ]


def test_the_example_file_lists_each_setting_with_its_default():
    lines = re.findall(r"^#(MASKLINE_\w+)=(.*)$", (HOME / ".env.example").read_text(), re.MULTILINE)

    assert lines == [
        (variable, "" if field.default in (None, ()) else str(field.default).replace(f"{HOME}/", ""))
        for variable, field in zip(VARIABLES, Settings.model_fields.values(), strict=True)
    ]


def _told(default):
    if default in (None, ()):
        return "not set"
    return "`.data` beside `run`" if default == HOME / ".data" else f"`{default}`"
