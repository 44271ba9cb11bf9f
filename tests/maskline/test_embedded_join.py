"""Which servers a command works on."""

import os

import pytest

from maskline.embedded import folder
from maskline.embedded.join import join_or_start
from maskline.settings import Settings

GIVEN = {
    "database_url": "postgresql://db.example/maskline",
    "redis_url": "redis://cache.example",
    "public_url": "https://calls.example.org",
    "keys": "/run/keys.json",
}


@pytest.fixture
def settings(data_dir):
    return Settings(data_dir=data_dir)


async def test_a_command_joins_the_instance_that_runs(instance, settings, query):
    async with join_or_start(settings) as backing:
        assert backing.started is None
        assert backing.pages == {"service": "http://127.0.0.1:1"}
        assert await query(backing.database_url, "SELECT 1") == 1

    assert instance.lives()


async def test_a_command_alone_starts_servers_for_its_own_time(settings, query):
    async with join_or_start(settings) as backing:
        assert backing.started is not None
        assert await query(backing.database_url, "SELECT 1") == 1
        assert folder.read_run(settings.data_dir) == folder.Run(os.getpid(), backing.database_url, backing.redis_url)

    assert not folder.is_taken(settings.data_dir)


async def test_a_command_waits_for_an_instance_that_is_just_starting(instance, settings):
    run = folder.read_run(settings.data_dir)
    folder.forget_run(settings.data_dir)
    told = iter([None, None, run])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folder, "read_run", lambda _: next(told))
        async with join_or_start(settings) as backing:
            assert backing.database_url == instance.database_url


async def test_a_command_in_production_uses_what_it_is_given():
    async with join_or_start(Settings.model_validate(GIVEN)) as backing:
        assert (backing.database_url, backing.redis_url) == (GIVEN["database_url"], GIVEN["redis_url"])
        assert backing.started is None
