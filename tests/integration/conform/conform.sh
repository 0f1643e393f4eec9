#!/usr/bin/env bash
# The suite as a lab meets it: conform.sh CICADA CASE. Cases with a reader run under tools/dev/with-pcscd.
set -euo pipefail
source "$(dirname "$0")/../../support/cases.sh"
sim=
stop() { [ -z "$sim" ] || { kill "$sim" 2>/dev/null || true; wait "$sim" 2>/dev/null || true; sim=; }; }
make_card() { "$cicada" conform-card "$1" . --name x >/dev/null; } # x.card x.ics.toml x.pki
conform() { "$cicada" conform --card x.card --ics x.ics.toml "$@"; }
lines() { wc -l <"$1"; }
insert() {
  stop
  # pcscd looks every now and then; the card before this one must be gone for it.
  for _ in $(seq 200); do "$cicada" readers | grep '00 00  empty' >/dev/null && break; sleep 0.05; done
  # vpcd sometimes does not look at a card that came right after one had left in mid-command: then it is put in again.
  for _ in 1 2 3 4 5; do
    "$cicada" sim --card x.card --vpcd "$CICADA_VPCD" 2>sim.txt &
    sim=$!
    for _ in $(seq 60); do "$cicada" readers | grep '00 00  card' >/dev/null && return; sleep 0.05; done
    stop
  done
  fail "the reader does not see the card"
}
# A suite of our own, with one case of each verdict.
own_cases() {
  mkdir -p own
  cat >own/ISO7816_B.toml <<'TOML'
[unit]
id = "ISO7816_B"
title = "Own cases"
[[case]]
id = "ISO7816_B_1"
title = "The application can be selected"
clause = "9303-10 §3"
needs = ["BAC"]
expectation = "Done."
basis = "assumed"
basis-note = "-"
[[case.step]]
send = "00 A4 04 0C 07 A0 00 00 02 47 10 01"
sw = ["9000"]
[[case]]
id = "ISO7816_B_2"
title = "A file that nobody has is found"
clause = "9303-10 §3"
needs = ["BAC"]
expectation = "Done."
basis = "assumed"
basis-note = "-"
[[case.step]]
send = "00 A4 02 0C 02 7F FF"
sw = ["9000"]
[[case]]
id = "ISO7816_B_3"
title = "Nobody can run this"
clause = "9303-10 §3"
needs = ["BAC"]
expectation = "Done."
basis = "assumed"
basis-note = "-"
not-runnable = "it needs a chip without power"
TOML
}

case $name in
  reports)
    make_card bac-pace
    sum=$(sha256sum x.card)
    expect 0 "no case failed" conform --unit ISO7816_A,ISO7816_B --junit r.xml --html r.html
    /usr/bin/python3 - <<'PY'
import xml.etree.ElementTree as E
root = E.parse('r.xml').getroot()
suites = {s.get('name'): int(s.get('tests')) for s in root}
assert set(suites) == {'ISO7816_A', 'ISO7816_B'} and suites['ISO7816_B'] > 30, suites
assert root.get('failures') == '0' and root.get('errors') == '0'
PY
    conform --unit ISO7816_B --json >r.json || fail "the JSON run fails"
    /usr/bin/python3 - "$root/docs/schemas/conformance-report.schema.json" <<'PY'
import json, sys, jsonschema
report = json.load(open('r.json'))
jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate(report)
assert report['clean'] and sum(report['totals'].values()) == len(report['cases'])
one = [c for c in report['cases'] if c['id'] == 'ISO7816_B_1'][0]
assert one['verdict'] == 'pass' and one['exchanges'] and one['basis'] in ('printed', 'inferred', 'assumed')
PY
    grep -q "ISO7816_B_1" r.html || fail "the page has no case"
    ! grep -qE "https?://" r.html || fail "the page names another place"
    [ "$(stat -c %a r.html)" = 600 ] || fail "a report is for its owner's eyes"
    [ "$sum" = "$(sha256sum x.card)" ] || fail "the card file was changed"
    ;;
  in_any_order)
    make_card bac-pace
    expect 0 "shuffled with seed 7, 3 times" conform --unit ISO7816_B,ISO7816_T --shuffle 7 --repeat 3
    conform --unit ISO7816_T --shuffle 7 --json >a.json
    conform --unit ISO7816_T --shuffle 7 --json >b.json
    conform --unit ISO7816_T --shuffle 8 --json >c.json
    order() { grep '"id"' "$1"; }
    [ "$(order a.json)" = "$(order b.json)" ] || fail "one seed, two orders"
    [ "$(order a.json)" != "$(order c.json)" ] || fail "two seeds, one order"
    ;;
  verdicts)
    make_card bac-pace
    own_cases
    expect 1 "there are cases to look at" conform --cases own
    grep -q "^fail  *ISO7816_B_2" out.txt || fail "the failure is not named"
    grep -q "seen  *step 1: 6A82 in plain" out.txt || fail "what was seen is not told"
    expect 0 "no case failed" conform --cases own --only ISO7816_B_1,ISO7816_B_3
    expect 0 "not-applicable: CA" "$cicada" conform --list --ics x.ics.toml --unit ISO7816_I
    expect 0 "(not runnable)" "$cicada" conform --list --cases own
    ;;
  continued)
    make_card bac-pace
    conform --unit ISO7816_B --json | sed 's/"microseconds".*//' >whole.json
    # Stopped by the operator: the case in hand is finished, the journal can be continued.
    long=("$cicada" conform --card x.card --ics x.ics.toml --unit ISO7816_B,ISO7816_P --journal j --repeat 20)
    "${long[@]}" >/dev/null 2>stopped.txt &
    run=$!
    until [ -s j ] && [ "$(lines j)" -gt 5 ]; do kill -0 $run || fail "it ended too soon"; done
    kill -TERM $run # a shell lets its background jobs ignore SIGINT; to the program both are one
    got=0; wait $run || got=$?
    [ "$got" = 1 ] || fail "a stopped run has exit code $got"
    grep -q "stopped by the operator; go on with the same options and --resume" stopped.txt || fail "it does not say so"
    # Killed: what was finished stays.
    "${long[@]}" --resume >/dev/null 2>&1 &
    run=$!
    had=$(lines j)
    until [ "$(lines j)" -gt $((had + 10)) ]; do kill -0 $run || fail "it ended too soon"; done
    kill -KILL $run
    wait $run 2>/dev/null || true
    expect 2 "is the journal of another run; these differ: selection, order, cases" conform --unit ISO7816_B --journal j --resume
    # Cut in the middle of a line, and continued to its end.
    conform --unit ISO7816_B --journal k >/dev/null
    head -c $(($(stat -c %s k) / 2)) k >half
    mv half k
    conform --unit ISO7816_B --journal k --resume --json | sed 's/"microseconds".*//' >resumed.json
    [ "$(grep -c '"verdict": "pass"' whole.json)" = "$(grep -c '"verdict": "pass"' resumed.json)" ] || fail "another result"
    expect 2 "there is a journal already" conform --unit ISO7816_B --journal k
    [ "$(stat -c %a j)" = 600 ] || fail "the journal is not private"
    ;;
  replayed)
    make_card bac-pace
    conform --only ISO7816_B_1,ISO7816_D_1,ISO7816_P_1 --journal j --json >r.json || true
    expect 0 "answered as in the log" "$cicada" conform --replay j --only ISO7816_B_1 --card x.card
    expect 0 "answered as in the log" "$cicada" conform --replay r.json --only ISO7816_B_1 --card x.card
    expect 1 "cannot be reproduced" "$cicada" conform --replay j --only ISO7816_P_1 --card x.card
    expect 0 "> 00A4040C07A0000002471001" "$cicada" conform --replay j --only ISO7816_B_1
    expect 2 "has no case ISO7816_B_2" "$cicada" conform --replay j --only ISO7816_B_2
    expect 2 "not a JSON report" "$cicada" conform --replay x.ics.toml --only ISO7816_B_1
    expect 2 "--only ID" "$cicada" conform --replay j
    # Another card answers otherwise, and that is seen.
    sed 's/"response":"6982"/"response":"6A82"/' j >changed
    expect 1 "differs" "$cicada" conform --replay changed --only ISO7816_B_1 --card x.card
    ;;
  probed)
    make_card td3
    mrz=$(sed -n 's/^mrz = "\(.*\)"/\1/p' x.ics.toml)
    "$cicada" conform --probe --card x.card --mrz "$mrz" >draft.toml || fail "no draft"
    ! grep -qF "$mrz" draft.toml || fail "the draft tells the MRZ"
    for profile in BAC PACE PACE-CAM DG11 AA-RSA CA-ECDH OddIns EFATR 19794-5; do
      grep -q "^  \"$profile\"," draft.toml || fail "$profile was not found"
    done
    grep -q '^#  "TA",' draft.toml || fail "TA is not left open"
    sed "s|^#mrz = .*|mrz = \"$mrz\"|" draft.toml >filled.toml
    expect 0 "no case failed" "$cicada" conform --card x.card --ics filled.toml --unit ISO7816_A,ISO7816_T
    expect 0 "nothing opened the chip" "$cicada" conform --probe --card x.card
    expect 0 "could not be listed" "$cicada" conform --probe --card x.card --can 999999
    ;;
  secrets)
    make_card bac-pace
    mrz=$(sed -n 's/^mrz = "\(.*\)"/\1/p' x.ics.toml)
    can=$(sed -n 's/^can = "\(.*\)"/\1/p' x.ics.toml)
    # Units that try right and wrong keys. What the exchanges hold is the card's; no text of ours has what opens it.
    conform --unit ISO7816_A,ISO7816_B,ISO7816_Q,ISO7816_P --junit r.xml --html r.html --journal j --json >r.json 2>err.txt || true
    for file in r.xml r.html r.json j err.txt; do
      ! grep -qF -- "$mrz" "$file" || fail "$file has the MRZ"
      [ -z "$can" ] || ! grep -qE "[^0-9A-F]$can[^0-9A-F]" "$file" || fail "$file has the CAN"
    done
    ;;
  wrong_use)
    make_card bac
    expect 2 "which card" "$cicada" conform --ics x.ics.toml
    expect 2 "--ics FILE" "$cicada" conform --card x.card
    expect 2 "--journal" conform --resume
    expect 2 "no such file" "$cicada" conform --card x.card --ics none.toml
    expect 2 "no such file" "$cicada" conform --card none.card --ics x.ics.toml
    expect 2 "no case has the id" conform --only ISO7816_B_999
    expect 2 "no unit is named" conform --unit X
    expect 2 "is not a profile" conform --profile X
    expect 2 "--repeat" conform --repeat 0
    expect 2 "three different things" "$cicada" conform --list --probe
    expect 2 "for --probe" conform --mrz X
    # Reports replace older reports and nothing else; what cannot be written is said before the card is asked.
    cp x.card kept.card
    expect 2 "no report of this kind" conform --html x.card
    cmp x.card kept.card
    expect 2 "no report of this kind" conform --junit x.ics.toml
    expect 2 "cannot be one file" conform --junit y --html ./y
    expect 2 "cannot be one file" conform --journal y --html ./y
    expect 2 "no file that a report" conform --html /dev/null
    expect 2 "folder is not there" conform --html none/x.html
    mkdir empty
    expect 2 "*.toml" conform --cases empty
    own_cases
    sed 's/^title = "Nobody/titel = "Nobody/' own/ISO7816_B.toml >own/b.toml && mv own/b.toml own/ISO7816_B.toml
    expect 2 "own/ISO7816_B.toml:" conform --cases own
    own_cases
    sed -i 's/^not-runnable = .*/procedure = "no-such-procedure"/' own/ISO7816_B.toml
    expect 2 "no procedure is named" conform --cases own
    sed -i 's/"BAC"/"BACK"/' x.ics.toml
    expect 2 "x.ics.toml:" conform
    head -c 100 x.card >broken.card
    rm -r x.*
    make_card bac
    expect 2 "broken.card" "$cicada" conform --card broken.card --ics x.ics.toml
    expect 2 "none/r.xml" conform --only ISO7816_B_1 --junit none/r.xml
    ;;
  in_a_reader)
    make_card bac-pace
    reader() { "$cicada" conform --reader "Virtual PCD 00 00" --wait 20 --ics x.ics.toml "$@"; }
    insert
    expect 0 "no case failed" reader --unit ISO7816_A,ISO7816_B,ISO7816_T
    grep -q "target  *reader Virtual PCD 00 00" out.txt || fail "the reader is not named"
    expect 0 '"PACE",' "$cicada" conform --probe --reader "Virtual PCD 00 00"
    expect 0 "answered as in the log" bash -c "'$cicada' conform --reader 'Virtual PCD 00 00' --ics x.ics.toml --only ISO7816_B_1 --json >r.json && '$cicada' conform --replay r.json --only ISO7816_B_1 --reader 'Virtual PCD 00 00'"
    # The card leaves in the middle: exit 3, and with a card again it goes on.
    "$cicada" conform --reader "Virtual PCD 00 00" --ics x.ics.toml --unit ISO7816_B --repeat 50 --journal j >left.txt 2>&1 &
    run=$!
    until [ -s j ] && [ "$(lines j)" -gt 20 ]; do kill -0 $run || fail "it ended too soon"; sleep 0.01; done
    stop
    got=0; wait $run || got=$?
    [ "$got" = 3 ] || { tail -3 left.txt >&2; fail "exit code $got when the card has left"; }
    grep -q "the chip no longer answers" left.txt || fail "it does not say that the chip has gone"
    grep -q "go on with the same options and --resume" left.txt || fail "it does not say how to go on"
    insert
    expect 0 "no case failed" reader --unit ISO7816_B --repeat 50 --journal j --resume
    ;;
  *) fail "no such case: $name" ;;
esac
