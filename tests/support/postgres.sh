# A PostgreSQL server of a case's own: `source` it after cases.sh. `start_postgres` sets $postgres, an address; `stop_postgres`
# belongs into the case's `stop`. Debian's package, a Unix socket and no port; as root under the user postgres.
postgres_pid=
as_postgres() { if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else exec "$@"; fi; }
start_postgres() {
  local bin data=$work/pg
  bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
  mkdir "$data"
  [ "$(id -u)" != 0 ] || { chown postgres "$data"; chmod o+x "$work"; }
  (as_postgres "$bin/initdb" -D "$data/data" -U cicada -A trust -E UTF8 --locale=C --no-sync) >"$work/initdb.txt" 2>&1 ||
    { cat "$work/initdb.txt" >&2; fail "initdb"; }
  (cd "$data" && as_postgres "$bin/postgres" -D "$data/data" -k "$data" -c listen_addresses= -c fsync=off) >"$work/postgres.txt" 2>&1 &
  postgres_pid=$!
  postgres="postgresql://cicada@/postgres?host=$data"
  until "$bin/pg_isready" -q -h "$data" -U cicada -d postgres; do
    kill -0 "$postgres_pid" || { cat "$work/postgres.txt" >&2; fail "the server ended"; }
  done
}
stop_postgres() { [ -z "$postgres_pid" ] || { kill -QUIT "$postgres_pid" 2>/dev/null || true; wait "$postgres_pid" 2>/dev/null || true; postgres_pid=; }; }
