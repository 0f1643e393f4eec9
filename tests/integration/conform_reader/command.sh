#!/usr/bin/env bash
# conform-reader with readers that are commands: command.sh CICADA CASE. Runs under tools/dev/with-pcscd where a card is shown.
set -euo pipefail
source "$(dirname "$0")/../../support/cases.sh"
some=IS51_ISO7816_A_02,IS51_ISO7816_B_05,IS51_ISO7816_E_14,IS51_ISO7816_G_23

case $name in
  own)
    # Our own command over a real PC/SC stack says what it has to say; the card saw it.
    expect 0 "result: no case failed" "$cicada" conform-reader --only $some --vpcd "$CICADA_VPCD" --journal j --junit r.xml --html r.html \
      --reader-command "$cicada read --reader '{reader}' --wait 20 --mrz {mrz} --trust {trust} --is {terminal} --conforming"
    grep -q '"command":"00A4040C07A0000002471001' j || fail "the journal has no SELECT of the application"
    grep -q IS51_ISO7816_G_23 r.xml || fail "the JUnit report lacks a case"
    # A finished run that is resumed runs nothing again.
    expect 0 "result: no case failed" "$cicada" conform-reader --only $some --vpcd 127.0.0.1:1 --journal j --resume \
      --reader-command "$cicada read --reader '{reader}' --wait 20 --mrz {mrz} --trust {trust} --is {terminal} --conforming"
    ;;
  stub)
    # A reader that believes everything passes the sound card and fails with every other.
    expect 1 "wanted: inspection failed; the reader: successful" "$cicada" conform-reader --only $some --vpcd "$CICADA_VPCD" --no-control --reader-command true
    # One that has no verdict fails everywhere, and one that hangs is ended.
    expect 1 "exit code 3" "$cicada" conform-reader --only IS51_ISO7816_A_02 --vpcd "$CICADA_VPCD" --reader-command "sh -c 'exit 3'"
    expect 1 "had not ended" "$cicada" conform-reader --only IS51_ISO7816_A_03 --vpcd "$CICADA_VPCD" --timeout 1 --reader-command "sleep 60"
    # Somebody who looks at a device.
    printf 's\n' >answers
    expect 0 "result: no case failed" "$cicada" conform-reader --only IS51_ISO7816_A_02 --vpcd "$CICADA_VPCD" --operator <answers
    # Who gives no answer says nothing about the reader: the run ends, and goes on from there.
    two=IS51_ISO7816_A_02,IS51_ISO7816_A_03
    expect 3 "cicada: a device, by its operator: the operator gave no answer" \
      "$cicada" conform-reader --only $two --vpcd "$CICADA_VPCD" --operator --journal o --junit o.xml </dev/null
    [ "$(grep -c '<error type="inconclusive" message="the operator gave no answer' o.xml)" = 2 ] || { cat o.xml; fail "not both cases are inconclusive"; }
    ! grep -q '<failure' o.xml || fail "the reader was blamed for its operator"
    printf 's\nf\ns\n' >answers
    expect 0 "result: no case failed" "$cicada" conform-reader --only $two --vpcd "$CICADA_VPCD" --operator --journal o --resume <answers
    # Another slot's port, and a name that PC/SC does not know.
    expect 3 "nobody listens" "$cicada" conform-reader --vpcd 127.0.0.1:1 --reader-command true
    expect 3 "PC/SC did not see the card" "$cicada" conform-reader --vpcd "$CICADA_VPCD" --reader-name Nobody --reader-command true
    ;;
  breaks)
    # The virtual reader goes away in the middle of the second case: nobody is to blame for what cannot be seen.
    cat >reader <<'SH'
#!/bin/sh
[ -e seen ] && { kill "$CICADA_PCSCD_PID"; sleep 1; exit 1; }
touch seen
SH
    chmod +x reader
    expect 3 "cicada: ./reader: the virtual reader \"Virtual PCD 00 00\"" \
      "$cicada" conform-reader --only IS51_ISO7816_A_02,IS51_ISO7816_A_03,IS51_ISO7816_B_05 --vpcd "$CICADA_VPCD" --no-control \
      --junit r.xml --journal j --reader-command ./reader
    ! grep -q '<failure' r.xml || { cat r.xml; fail "the reader was blamed for the bench"; }
    [ "$(grep -c '<error type="inconclusive" message="the virtual reader' r.xml)" = 2 ] || { cat r.xml; fail "not two cases are inconclusive"; }
    [ "$(grep -c '"id":' j)" = 1 ] || fail "the journal holds a case that was not judged"
    ;;
  in_process)
    expect 0 "\"pass\"" "$cicada" conform-reader --unit IS51_ISO7816_A,IS51_ISO7816_B --repeat 2 --shuffle 7 --json
    expect 0 "IS51_ISO7816_E_20" "$cicada" conform-reader --unit IS51_ISO7816_E --list
    expect 0 "not-applicable" "$cicada" conform-reader --only IS51_ISO7816_E_07 --without AIP --json
    ;;
  wrong_use)
    expect 2 "give one" "$cicada" conform-reader --operator --reader-command true
    expect 2 "of this machine" "$cicada" conform-reader --vpcd 192.0.2.1:35963 --reader-command true
    expect 2 "in PATH" "$cicada" conform-reader --reader-command "no-such-program-anywhere {mrz}"
    touch plain-file
    expect 2 "can be started" "$cicada" conform-reader --reader-command "./plain-file {mrz}"
    expect 2 "{foo} is replaced by nothing; known are: {mrz}" "$cicada" conform-reader --reader-command "true {foo}"
    # Without a bench nothing is begun, and nothing is judged.
    for reader in "--reader-command true" --operator; do
      expect 3 "is pcscd running" "$cicada" conform-reader --vpcd 127.0.0.1:1 --junit none.xml --journal none $reader </dev/null
      ! grep -q result: out.txt || fail "a run without a bench has a result"
      [ ! -e none ] && [ ! -e none.xml ] || fail "a run that did not begin left a file"
    done
    expect 2 "quote" "$cicada" conform-reader --reader-command "prog '{mrz}"
    expect 2 "IS51_ISO7816_A_99" "$cicada" conform-reader --only IS51_ISO7816_A_99
    expect 2 "no such profile" "$cicada" conform-reader --only IS51_ISO7816_A_02 --without BAC
    expect 2 "--journal" "$cicada" conform-reader --resume
    mkdir IS_X
    sed 's/"bac"/"visa"/' >IS_X/x.toml <<'TOML'
[unit]
id = "IS51_X"
title = "X"
[[case]]
id = "IS51_X_01"
title = "A card that nobody makes"
clause = "9303-11 §4"
needs = ["SIP"]
basis = "assumed"
basis-note = "test"
card = "bac"
expect = "failed"
TOML
    expect 2 "visa" "$cicada" conform-reader --cases .
    sed -i 's/visa/bac/; s/expect/expects/' IS_X/x.toml
    expect 2 "expects" "$cicada" conform-reader --cases .
    ;;
  *) fail "there is no case $name" ;;
esac
