#!/usr/bin/env bash
# A misbehaving card in a real reader: sim.sh CICADA CASE. Runs under tools/dev/with-pcscd where a reader is needed.
set -euo pipefail
source "$(dirname "$0")/../../support/cases.sh"
sim=
stop() { [ -z "$sim" ] || { kill "$sim" 2>/dev/null || true; wait "$sim" 2>/dev/null || true; sim=; }; }
issue() {
  "$cicada" pki init pki >/dev/null
  sed -n 4p "$samples/citizens.jsonl" | sed "s#portraits/#$samples/portraits/#" >one.jsonl
  "$cicada" issue --records one.jsonl --profile "$root/personalization-scripts/profiles/cccd-2021.toml" --pki pki --sim cards >/dev/null
  card=$(echo cards/*.card)
  mrz=$(cat "${card%.card}.mrz")
}
insert() { # [--misbehave NAME ...]
  stop
  # pcscd looks every now and then; the card before this one must be gone for it.
  for _ in $(seq 200); do "$cicada" readers | grep '00 00  empty' >/dev/null && break; sleep 0.05; done
  "$cicada" sim --card "$card" --vpcd "$CICADA_VPCD" "$@" 2>sim.txt &
  sim=$!
}
trust_written() { for _ in $(seq 200); do [ -e "$1/csca-1.crl" ] && return; sleep 0.05; done; fail "no trust material in $1"; }
read_card() { "$cicada" read --reader "Virtual PCD 00 00" --wait 20 --mrz "$mrz" --bac --trust "${1:-pki}"; }

case $name in
  in_a_reader)
    issue
    sum=$(sha256sum "$card")
    insert --misbehave file-dg1-changed
    expect 1 "dg-hashes" read_card
    insert --misbehave bac-auth-mac-wrong
    expect 1 "does not prove that it knows the access keys" read_card
    cat >mine.toml <<'TOML'
[[fault]]
name = "mine"
title = "The challenge has one octet."
clause = "9303-11 §4.3.4.1"
caught_by = "access"
result = "failed"
reason = "has not 8 octets"
[[fault.act]]
at = "bac-challenge"
do = "truncate"
count = 7
TOML
    insert --misbehave mine.toml
    expect 1 "has not 8 octets" read_card
    stop
    [ "$sum" = "$(sha256sum "$card")" ] || fail "the card file was changed"
    ;;
  wrong_use)
    expect 0 "bac-auth-replayed" "$cicada" sim --list-misbehaviour
    issue
    expect 2 "no such fault" "$cicada" sim --card "$card" --misbehave no-such-fault
    expect 2 "none.toml" "$cicada" sim --card "$card" --misbehave none.toml
    printf '[[fault]]\nname = "x"\ncolour = "red"\n' >bad.toml
    expect 2 "bad.toml:3:1" "$cicada" sim --card "$card" --misbehave bad.toml
    expect 2 "leave --card out" "$cicada" sim --card new.card --from . --misbehave slow-card
    expect 2 "no card" "$cicada" sim --misbehave slow-card
    "$cicada" sim --card "$card" --misbehave sod-cut --vpcd 127.0.0.1:1 2>out.txt && fail "nobody listens there"
    grep -qF "nobody listens" out.txt || fail "the fault fits this card"
    printf '[[quirk]]\nname = "x"\ntitle = "X."\nclause = "-"\n[[quirk.act]]\non = "file"\nfile = "DG16"\ndo = "flip"\n' >far.toml
    got=0; "$cicada" sim --card "$card" --misbehave far.toml 2>out.txt || got=$?
    [ "$got" != 0 ] || fail "the card has no DG16"
    grep -qF "does not fit this card" out.txt || fail "nobody said that it does not fit"
    ;;
  document_in_a_reader)
    issue
    sum=$(cat "$card" pki/* | sha256sum)
    insert --misbehave ds-self-signed --pki pki
    expect 1 "is self-signed" read_card
    insert --misbehave ds-revoked --pki pki --write-trust revoked
    trust_written revoked
    expect 1 "the signer's certificate was revoked" read_card revoked
    insert --misbehave csca-expired --pki pki --write-trust expired
    trust_written expired
    expect 0 "csca-expired" read_card expired
    stop
    [ "$sum" = "$(cat "$card" pki/* | sha256sum)" ] || fail "the card file or the country was changed"
    ;;
  document_wrong_use)
    expect 0 "ds-self-signed" "$cicada" sim --list-misbehaviour
    issue
    expect 2 "give --pki" "$cicada" sim --card "$card" --misbehave ds-self-signed
    expect 2 "give --write-trust" "$cicada" sim --card "$card" --misbehave ds-revoked --pki pki
    expect 2 "one fault at a time" "$cicada" sim --card "$card" --misbehave ds-revoked --misbehave ds-expired --pki pki
    expect 2 "no fault of a document" "$cicada" sim --card "$card" --misbehave slow-card --pki pki
    before=$(cat pki/* | sha256sum)
    "$cicada" sim --card "$card" --misbehave ds-revoked --pki pki --write-trust pki 2>out.txt && fail "pki is not empty"
    grep -qF "is not empty" out.txt || fail "nobody said that the folder is not empty"
    [ "$before" = "$(cat pki/* | sha256sum)" ] || fail "the country was changed"
    "$cicada" sim --card "$card" --misbehave ds-self-signed --pki nowhere 2>out.txt && fail "there is no country"
    grep -qF "csca.crt is missing" out.txt || fail "nobody said that there is no country"
    ;;
  *) fail "unknown case $name" ;;
esac
