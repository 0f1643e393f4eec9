#!/usr/bin/env bash
# Stations at real readers: readers.sh CICADA CASE, under tools/dev/with-pcscd. The reader stack is pcscd with vpcd; blanks
# are `cicada sim` processes; who does what the prompts say is `hands`.
set -euo pipefail
source "$(dirname "$0")/../../support/cases.sh"
stop() {
  for pid in $(jobs -p); do kill "$pid" 2>/dev/null || true; done
  wait
  [ ! -s pcscd.pid ] || kill "$(cat pcscd.pid)" 2>/dev/null || true  # the second daemon, which `hands` started
}

port_of() { # DAEMON READER: "Virtual PCD 1 00 01"
  local words index=0
  read -ra words <<<"$2"
  [ ${#words[@]} = 5 ] && index=$((2 * words[2]))
  echo $((35963 + $1 * CICADA_PCSCD_READERS + index + 10#${words[-1]}))
}
put_in() { # DAEMON READER FILE: its process is the reader's `pid` from now on
  "$cicada" sim --card "$3" --vpcd "127.0.0.1:$(port_of "$1" "$2")" ${slow:+--slow-ack} 2>>sims.txt &
  pid[$2]=$! card[$2]=$3
}
take_out() { # READER
  [ -n "${pid[$1]:-}" ] || return 0
  kill "${pid[$1]}" 2>/dev/null || true
  wait "${pid[$1]}" 2>/dev/null || true
  unset "pid[$1]"
}
next_blank() { # DAEMON READER: the first of the pile that nobody else grabs
  local file
  for file in pile/*.card; do
    mv "$file" "held/$1-${file##*/}" 2>/dev/null && { put_in "$1" "$2" "held/$1-${file##*/}"; return; }
  done
  return 0
}
# halfway FILE: part of the content is on the card.
halfway() { until [ "$(stat -c %s "$1")" -gt 10000 ]; do kill -0 "${pid[$reader]}" || fail "the card left by itself"; moment; done; }
# The first card that comes is disturbed in the middle of being written.
disturb() {
  disturbed=1
  slow=1 next_blank "$1" "$reader"
  halfway "${card[$reader]}"
  case $name in
    pulled) kill -9 "${pid[$reader]}"; take_out "$reader"; elsewhere=${card[$reader]} ;;
    daemon_dies)
      kill "$CICADA_PCSCD_PID"
      take_out "$reader"
      until ! kill -0 "$CICADA_PCSCD_PID" 2>/dev/null; do moment; done
      unshare -m bash -c 'mount --bind "$1/run" /run/pcscd && exec pcscd -f -i -c "$1/conf"' _ "${PCSCLITE_CSOCK_NAME%/run/pcscd.comm}" \
        >pcscd.txt 2>&1 &
      echo $! >pcscd.pid
      ;;
  esac
}
# hands DAEMON: reads what the line says, and does it.
hands() {
  declare -A pid card
  local text reader disturbed elsewhere
  [ "$name" = two_daemons ] && disturbed=1
  while IFS= read -r text; do
    echo "$text" >>"said-$1.txt"
    reader=${text%%: *}
    case $text in
      *": put a blank card in")
        if [ -z "${disturbed:-}" ]; then disturb "$1"
        elif [ -n "${elsewhere:-}" ]; then put_in "$1" "$reader" "$elsewhere"; elsewhere=
        else next_blank "$1" "$reader"; fi
        ;;
      *": that was too early: put the same card in again")
        if [ "$name" = pulled ]; then next_blank "$1" "$reader"; else put_in "$1" "$reader" "${card[$reader]}"; fi
        ;;
      *": take the card out: GOOD") take_out "$reader"; mv "${card[$reader]}" good/ ;;
      *": take the card out: QUARANTINE"*) take_out "$reader"; mv "${card[$reader]}" quarantine/ ;;
      *": take the card out: still BLANK"*) take_out "$reader"; mv "${card[$reader]}" pile/ ;;
    esac
  done
  for reader in "${!pid[@]}"; do take_out "$reader"; done
}
# line DAEMON ...: a line at all readers of one pcscd, with hands beside it; its report is report-DAEMON.json.
line() {
  local daemon=$1 sockets
  shift
  read -ra sockets <<<"$CICADA_PCSCD_SOCKETS"
  PCSCLITE_CSOCK_NAME=${sockets[daemon]} "$cicada" line run --journal "$journal" --jobs jobs --profile "$profile" --pki pki \
    --name "line-$daemon" --json "$@" 2>&1 >"report-$daemon.json" | hands "$daemon"
}
moment() { read -rt 0.02 <> <(:) || true; }
cards() { find "$1" -name '*.card' | wc -l; }
total() { /usr/bin/python3 -c "import json,sys; print(sum(json.load(open(f))['total']['$1'] for f in sys.argv[1:]))" report-*.json; }
jobs_in() { "$cicada" status --journal "$journal" --json | /usr/bin/python3 -c "import json,sys; print(json.load(sys.stdin)['jobs']['$1'])"; }
# batch PEOPLE BLANKS DIALECT
batch() {
  "$cicada" pki init pki >/dev/null
  head -"$1" "$samples/citizens.jsonl" | sed "s#portraits/#$samples/portraits/#" >records.jsonl
  "$cicada" prepare --records records.jsonl --profile "$profile" --pki pki --journal "$journal" --jobs jobs --batch b1 >/dev/null
  "$cicada" sim-blanks box --count "$2" --pki pki --dialect "$3" >/dev/null
  "$cicada" line blanks --journal "$journal" --lot L1 --received "$2" >/dev/null
  mkdir pile held good quarantine
  mv box/blanks/*.card pile/
}
journal=sqlite:line.db

case $name in
  two_daemons)
    # Readers of one pcscd and of another: a process each, one journal.
    batch 8 9 cicada-1
    line 0 --all-readers & first=$!
    line 1 --all-readers & second=$!
    wait $first || { cat said-0.txt report-0.json >&2; fail "line 0"; }
    wait $second || { cat said-1.txt report-1.json >&2; fail "line 1"; }
    [ "$(total good)" = 8 ] && [ "$(cards good)" = 8 ] || fail "$(total good) good cards said, $(cards good) there"
    [ "$(cards quarantine)" = 0 ] || fail "cards in quarantine"
    [ "$(jobs_in done)" = 8 ] || fail "jobs done"
    ;;
  pulled)
    # A card is pulled out in the middle and put into another reader: its chip says whose it is.
    batch 3 4 cicada-1
    line 0 --reader "Virtual PCD 00 00" --reader "Virtual PCD 00 01" || { cat said-0.txt report-0.json >&2; fail "the line"; }
    [ "$(total good)" = 3 ] && [ "$(total recovered)" = 1 ] || { cat said-0.txt report-0.json >&2; fail "good and recovered"; }
    [ "$(cards good)" = 3 ] && [ "$(cards quarantine)" = 0 ] && [ "$(jobs_in done)" = 3 ] || fail "cards and jobs"
    grep -q "that was too early" said-0.txt || fail "nobody told the operator"
    ;;
  daemon_dies)
    # pcscd ends in the middle of a card, and comes back; the card is put in again.
    batch 2 2 cicada-1
    line 0 --reader "Virtual PCD 00 00" || { cat said-0.txt report-0.json >&2; fail "the line"; }
    [ "$(total good)" = 2 ] && [ "$(total recovered)" = 1 ] || { cat said-0.txt report-0.json >&2; fail "good and recovered"; }
    [ "$(cards good)" = 2 ] && [ "$(jobs_in done)" = 2 ] || fail "cards and jobs"
    grep -q "the reader is gone" said-0.txt || fail "nobody told the operator"
    ;;
  sims)
    # Blanks of other makers in a real reader: their card manager, and a card by `issue` from the record to the tray.
    mkdir pile held good quarantine
    "$cicada" pki init pki >/dev/null
    head -1 "$samples/citizens.jsonl" | sed "s#portraits/#$samples/portraits/#" >records.jsonl
    issue() { # DIALECT PROFILE [SIM-OPTION ...]
      local dialect=$1 chip
      profile=$root/personalization-scripts/profiles/$2
      shift 2
      rm -rf line.db* jobs said.txt new.card
      "$cicada" sim --dialect "$dialect" --card new.card --pki pki --vpcd "$CICADA_VPCD" "$@" 2>sim.txt &
      chip=$!
      expect 0 "issuer security domain" "$cicada" gp list --reader "Virtual PCD 00 00" --wait 20 --master pki/transport-master.key
      "$cicada" issue --records records.jsonl --profile "$profile" --pki pki --journal sqlite:line.db --jobs jobs \
        --reader "Virtual PCD 00 00" 2>said.txt >report.txt &
      local line=$!
      until grep -q "take the card out" said.txt; do kill -0 $line || { cat said.txt report.txt >&2; fail "$dialect: the line"; }; moment; done
      kill $chip
      wait $chip || true
      wait $line || { cat said.txt report.txt >&2; fail "$dialect: exit code"; }
      grep -q "GOOD" said.txt && grep -q "1 good cards" report.txt || { cat said.txt report.txt >&2; fail "$dialect"; }
    }
    issue jmrtd jmrtd-cccd.toml
    issue gp-dgi gp-dgi-cccd.toml --scp 02
    issue gp-dgi gp-dgi-cccd.toml --scp-option 71
    ;;
  wrong_use)
    batch 1 1 cicada-1
    run() { "$cicada" line run --journal "$journal" --jobs jobs --profile "$profile" --pki pki "$@"; }
    expect 2 "there is no reader of that name" run --reader nowhere
    expect 2 "several readers have that in their name" run --reader Virtual
    expect 2 "named twice" run --reader "Virtual PCD 00 00" --reader "PCD 00 00"
    expect 2 "is required" run --all-readers --sim box
    # No job: nobody is asked for a card.
    expect 0 "no-more-jobs" run --all-readers --limit 0
    # A station that waits for a card hears the order to stop, and the signal; its job is ready again.
    for how in "$cicada line stop --journal $journal" 'kill -TERM $line'; do
      : >said.txt
      (exec "$cicada" line run --journal "$journal" --jobs jobs --profile "$profile" --pki pki --all-readers) >out.txt 2>said.txt &
      line=$!
      until grep -q "put a blank card in" said.txt; do kill -0 $line || { cat said.txt out.txt >&2; fail "the line"; }; moment; done
      eval "$how" >/dev/null
      wait $line || { cat said.txt out.txt >&2; fail "exit code after: $how"; }
      grep -q "stopped" out.txt || fail "why it ended"
      "$cicada" line resume --journal "$journal" >/dev/null
      [ "$(jobs_in ready)" = 1 ] || fail "the job"
    done
    PCSCLITE_CSOCK_NAME=$PWD/none expect 3 "pcscd" run --all-readers
    ;;
  *) fail "no case $name" ;;
esac
