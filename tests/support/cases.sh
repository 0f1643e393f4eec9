# What every test of the command through a shell begins with: `source` it after `set -euo pipefail`, with $1 the command and
# $2 the case. A folder of its own, which goes at the end; `stop`, if the case defines one, is called first.
# Pipes are read to their end (`sed -n 1p`, not `head -1`; no `grep -q`): with pipefail a command that dies of SIGPIPE
# would fail the case, now and then.
cicada=$1 name=$2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
samples=$root/personalization-scripts/samples
profile=$root/personalization-scripts/profiles/cccd-2021.toml
work=$(mktemp -d)
trap 'if declare -F stop >/dev/null; then stop; fi; rm -rf "$work"' EXIT
cd "$work"

fail() {
  echo "FAILED: $*" >&2
  exit 1
}
# expect CODE TEXT COMMAND...: the exit code, and a text in what was printed on either channel.
expect() {
  local code=$1 text=$2 got=0
  shift 2
  "$@" >out.txt 2>&1 || got=$?
  [ "$got" = "$code" ] || { cat out.txt >&2; fail "exit code $got instead of $code: $*"; }
  grep -qF -- "$text" out.txt || { cat out.txt >&2; fail "'$text' is not in the output of: $*"; }
}
# validate SCHEMA FILE: a schema may refer to its neighbours. Debian's python3, because that is the one with Debian's
# jsonschema.
validate() {
  /usr/bin/python3 - "$1" "$2" <<'PY'
import glob, json, os, sys, jsonschema
schema = json.load(open(sys.argv[1]))
neighbours = [json.load(open(f)) for f in glob.glob(os.path.join(os.path.dirname(sys.argv[1]), '*.json'))]
resolver = jsonschema.RefResolver.from_schema(schema, store={s['$id']: s for s in neighbours})
jsonschema.Draft202012Validator(schema, resolver=resolver).validate(json.load(open(sys.argv[2])))
PY
}
