#!/usr/bin/env bash
# The line as a shift leader meets it: line.sh CICADA CASE. Each case starts from nothing in a folder of its own.
set -euo pipefail
source "$(dirname "$0")/../../support/cases.sh"
cards() { find "magazine/$1" -name '*.card' | wc -l; }
# field NAME: a value out of the report of the last run.
field() { /usr/bin/python3 -c "import json,sys; d=json.load(open('report.json'))
for k in sys.argv[1].split('.'): d=d[k]
print(d)" "$1"; }
# A country, a batch of the sample citizens, prepared.
batch() {
  "$cicada" pki init pki >/dev/null
  sed "s#portraits/#$samples/portraits/#" "$samples/citizens.jsonl" >records.jsonl
  "$cicada" prepare --records records.jsonl --profile "$profile" --pki pki --journal sqlite:line.db --jobs jobs --batch b1 \
    >prepared.txt
  people=$(wc -l <records.jsonl)
}
line() { "$cicada" line run --journal sqlite:line.db --jobs jobs --profile "$profile" --pki pki --sim magazine "$@"; }
# In the background: the shell becomes the command, so that a signal to it is one to the command.
become_line() { exec "$cicada" line run --journal sqlite:line.db --jobs jobs --profile "$profile" --pki pki --sim magazine "$@"; }
run_json() {
  local got=0
  line --json "$@" >report.json 2>err.txt || got=$?
  validate "$root/docs/schemas/line-report.schema.json" report.json
  return "$got"
}
jobs_in() { field "balance.jobs.$1"; }
# A finished card, by its chip, lies in the slot where its line was killed before it put the card into its tray.
left_in_slot() {
  local dossier
  dossier=$(sqlite3 line.db "SELECT dossier FROM job WHERE chip = '$1'")
  printf '%s\n%s\n' "$dossier" "$(printf %s "$dossier" | sha256sum | cut -c1-16 | tr a-f A-F)" >jobs/state-line/line_2Fstation-1.slot
  mv "magazine/good/$1.card" magazine/station-1/
}

case $name in
  whole)
    batch
    "$cicada" sim-blanks magazine --count 3 --pki pki >/dev/null
    expect 0 "lot L1: 3 blanks received" "$cicada" line blanks --journal sqlite:line.db --lot L1 --received 3
    # The other way to the same: prepare and line run in one.
    expect 2 "--sim MAGAZINE" "$cicada" issue --records records.jsonl --profile "$profile" --pki pki --journal sqlite:line.db
    expect 2 "--jobs" "$cicada" issue --records records.jsonl --profile "$profile" --pki pki --journal sqlite:line.db --reader none
    run_json --stations 3 --make-blanks "$people" || { cat err.txt >&2; fail "the line"; }
    [ "$(field total.good)" = "$people" ] || fail "$(field total.good) good cards of $people"
    [ "$(cards good)" = "$people" ] || fail "cards in the good tray"
    [ "$(cards blanks)" = 3 ] || fail "blanks left"
    [ "$(cards quarantine)" = 0 ] || fail "cards in quarantine"
    [ "$(jobs_in done)" = "$people" ] || fail "jobs done"
    expect 0 "difference 0" "$cicada" line blanks --journal sqlite:line.db --left 3
    line --limit 1 >/dev/null || fail "nothing to do is no failure"
    [ "$(cards good)" = "$people" ] || fail "a second good card"
    expect 0 "0 good cards" "$cicada" issue --records records.jsonl --profile "$profile" --pki pki --journal sqlite:line.db \
      --jobs jobs --sim magazine
    [ "$(cards good)" = "$people" ] || fail "a second good card"
    ;;
  announced)
    "$cicada" pki init pki >/dev/null
    cp -r "$samples" sent
    prepare() { "$cicada" prepare --manifest sent/batch.toml --profile "$profile" --pki pki --journal sqlite:line.db --jobs jobs "$@"; }
    openssl ecparam -name prime256v1 -genkey -noout -out sender.key 2>/dev/null
    openssl req -x509 -key sender.key -subj /CN=sender -days 30 -out sender.crt 2>/dev/null
    expect 2 "batch.toml.sig" prepare --senders sender.crt
    [ ! -e line.db ] || fail "a journal of a batch that nobody signed"
    openssl dgst -sha256 -sign sender.key -out sent/batch.toml.sig sent/batch.toml
    expect 0 "prepared 3" prepare --senders sender.crt
    expect 0 "known 3" prepare --senders sender.crt
    expect 0 "SAMPLE-2022-01" "$cicada" status --journal sqlite:line.db --by batch
    expect 2 "leave those options out" prepare --batch other
    echo >>sent/citizens.csv
    expect 1 "SHA-256" prepare
    ;;
  looked_at)
    batch
    status() { "$cicada" status --journal sqlite:line.db "$@"; }
    status --json >status.json || fail "status before the first card"
    validate "$root/docs/schemas/status.schema.json" status.json
    line --make-blanks "$people" --shift morning >/dev/null
    expect 0 "cards      $people of $people done (100 %)" status
    expect 0 "not counted yet" status
    expect 0 "morning  $people " status --by shift
    expect 0 "cicada_jobs{state=\"done\"} $people" status --metrics
    expect 0 "state        done" status --dossier "$(sed -n 1p records.jsonl | grep -o '[0-9]\{12\}' | sed -n 1p)"
    expect 2 "no such dossier" status --dossier nobody
    expect 2 "give batch, province" status --by planet
    expect 2 "there is no journal" "$cicada" status --journal sqlite:none.db
    expect 1 "difference -1" "$cicada" line blanks --journal sqlite:line.db --left 1
    expect 1 "difference -1" status
    [ "$(stat -c %a line.db)" = 600 ] || fail "others may read the journal"
    [ "$(stat -c %a jobs/state-line)" = 700 ] || fail "others may read the spool"
    # Who may only read may look on, when nobody has the journal open and when somebody has.
    if [ "$(id -u)" = 0 ] && setpriv --reuid 65534 --regid 65534 --clear-groups "$cicada" --version >/dev/null 2>&1; then
      chmod 755 . && chmod 644 line.db
      looker() { setpriv --reuid 65534 --regid 65534 --clear-groups "$cicada" status --journal sqlite:line.db "$@"; }
      expect 1 "difference -1" looker
      mkfifo hold
      sqlite3 line.db <hold >/dev/null &
      exec 7>hold && echo "BEGIN IMMEDIATE;" >&7
      for _ in $(seq 200); do [ -e line.db-wal ] && break; read -rt 0.01 <> <(:) || true; done
      expect 1 "difference -1" looker
      exec 7>&-
      wait
      rm hold
    fi
    "$cicada" line blanks --journal sqlite:line.db --left 0 >/dev/null
    status --by batch,province,district,commune,station,shift,team,day --json >status.json || fail "status that balances"
    validate "$root/docs/schemas/status.schema.json" status.json
    ;;
  two_kinds)
    # Two kinds of card wait in one journal; each line makes its own, whatever the other's priority or age.
    "$cicada" pki init pki >/dev/null
    sed "s#portraits/#$samples/portraits/#" "$samples/citizens.jsonl" >records.jsonl
    head -3 records.jsonl >small.jsonl
    tail -n +4 records.jsonl >cards.jsonl
    cards=$profile
    small=$root/tests/support/line/small.toml
    prepare() { "$cicada" prepare --profile "$profile" --pki pki --journal sqlite:line.db --jobs jobs "$@" >/dev/null; }
    profile=$small
    prepare --records small.jsonl --batch small
    profile=$cards
    expect 2 "batch small was prepared with profile small" line --make-blanks 1
    prepare --records cards.jsonl --batch cards
    expect 0 "ready      3 for a line with profile small" "$cicada" status --journal sqlite:line.db
    "$cicada" status --journal sqlite:line.db --json >status.json
    validate "$root/docs/schemas/status.schema.json" status.json
    expect 0 "cicada_jobs_ready{profile=\"small\"" "$cicada" status --journal sqlite:line.db --metrics
    many=$(wc -l <cards.jsonl)
    expect 0 "$many good cards" line --make-blanks $((many + 3))
    # What the other line has claimed does not wait: this one has nothing to do, and that is no fault.
    sqlite3 line.db "UPDATE job SET state = 2, station = 'other/station-1', lease_until = 9000000000000 WHERE state = 1"
    expect 0 "0 good cards" line
    sqlite3 line.db "UPDATE job SET state = 1, station = '', lease_until = 0 WHERE state = 2"
    expect 2 "batch small was prepared with profile small" line
    profile=$small
    expect 0 "3 good cards" line --name other
    profile=$cards
    expect 0 "0 good cards" line
    expect 0 "$((many + 3)) of $((many + 3)) done" "$cicada" status --journal sqlite:line.db
    # A line was killed between its last card's last step and the tray. It finds the card, whatever else waits by then.
    sqlite3 line.db "UPDATE job SET state = 1, station = '', chip = '' WHERE id = (SELECT min(id) FROM job)"
    expect 2 "batch small was prepared with profile small" line
    chip=$(sqlite3 line.db "SELECT chip FROM job ORDER BY id DESC LIMIT 1")
    left_in_slot "$chip"
    expect 0 "0 good cards" line
    [ -e "magazine/good/$chip.card" ] || fail "the finished card is not with the good ones"
    expect 2 "batch small was prepared with profile small" line
    ;;
  earlier)
    # A journal of an earlier program, with a batch that knows its country by the file of the certificate.
    "$cicada" pki init pki >/dev/null
    sed "s#portraits/#$samples/portraits/#" "$samples/citizens.jsonl" >records.jsonl
    prepare() { "$cicada" prepare --profile "$profile" --pki pki --journal sqlite:line.db --jobs jobs "$@"; }
    head -3 records.jsonl >old.jsonl
    tail -n +4 records.jsonl >new.jsonl
    prepare --records old.jsonl --batch old >/dev/null
    sqlite3 line.db "UPDATE recipe SET csca = x'$(sha256sum pki/csca.crt | cut -c1-64)';
      DROP INDEX repeated_conflict; ALTER TABLE repeated_dossier DROP COLUMN conflict; ALTER TABLE batch DROP COLUMN conflicts;
      DROP TABLE withdrawn; ALTER TABLE job DROP COLUMN presigned; ALTER TABLE batch DROP COLUMN counted; DROP TABLE closing;
      DROP INDEX chip_good; DROP INDEX chip_apart; PRAGMA user_version = 6"
    expect 2 "older than this program" "$cicada" status --journal sqlite:line.db
    expect 0 "brought forward" line --limit 1 --make-blanks 9
    expect 0 "prepared 5" prepare --records new.jsonl --batch new
    [ "$(sqlite3 line.db 'SELECT count(*) FROM recipe')" = 2 ] || fail "the two batches are of one recipe"
    # A job of the old batch that somebody else has in hand holds nobody up.
    sqlite3 line.db "UPDATE job SET state = 2, station = 'other', lease_until = 9000000000000 WHERE id = (SELECT min(id) FROM job WHERE state = 1)"
    expect 0 "6 good cards" line
    ;;
  refused)
    batch
    # What stands in one record, and what only the journal can see: one of these people under another id, another content
    # under the same version (one of refused.jsonl is such a record, too).
    sed "s#portraits/#$samples/portraits/#" "$samples/refused.jsonl" >again.jsonl
    head -1 records.jsonl | sed 's#^{#{"dossier": "other-'"$people"'", #' >>again.jsonl
    tail -1 records.jsonl | sed 's#"religion": *"[^"]*"#"religion": "Khác"#' >>again.jsonl
    again() { "$cicada" prepare --records again.jsonl --profile "$profile" --pki pki --journal sqlite:line.db --batch b2 "$@"; }
    expect 1 "conflicts 2" again --jobs jobs --rejects rejects.jsonl --warnings warnings.jsonl
    grep -q "^conflict: dossier [^ ]* version 1 contradicts" out.txt || fail "the conflicts are not named"
    grep -q "^warnings: [0-9]*: [A-Z][0-9][0-9] [0-9]" out.txt || fail "the warnings do not say their rules"
    expect 0 "conflicts 2" "$cicada" status --journal sqlite:line.db --batch b2
    "$cicada" status --journal sqlite:line.db --json >status.json
    validate "$root/docs/schemas/status.schema.json" status.json
    # Again, with nothing decided in between: the same, whatever the first run refused; and a run in trouble changes nothing.
    cp rejects.jsonl first.jsonl
    cp warnings.jsonl odd.jsonl
    again --jobs jobs --json --rejects rejects.jsonl --warnings warnings.jsonl >prepare.json 2>/dev/null || true
    validate "$root/docs/schemas/prepare-report.schema.json" prepare.json
    [ "$(grep -c '"version": 1' prepare.json)" = 2 ] || fail "the conflicts are not in the report"
    cmp rejects.jsonl first.jsonl || fail "the second run refuses other records"
    cmp warnings.jsonl odd.jsonl || fail "the second run warns of other records"
    again --jobs out.txt --rejects rejects.jsonl >/dev/null 2>&1 && fail "a file as a folder of packs"
    cmp rejects.jsonl first.jsonl || fail "a run in trouble changed the rejects"
    [ -z "$(find . -name '*.part')" ] || fail "half a file is left"
    for odd in rejects.jsonl ./rejects.jsonl "$PWD/rejects.jsonl" rejects.jsonl.part; do
      expect 2 "it is the rejects file" again --jobs jobs --rejects rejects.jsonl --warnings "$odd"
    done
    cmp rejects.jsonl first.jsonl || fail "two names for one file changed the rejects"
    # A link stays one: what it leads to is written.
    ln -s linked.jsonl link
    again --jobs jobs --rejects link >/dev/null 2>&1 || true
    [ -L link ] || fail "a file stands where a link was"
    cmp linked.jsonl first.jsonl || fail "the rejects through a link"
    grep '"code":"N02"' rejects.jsonl | grep "\"dossier\":\"other-$people\"" >/dev/null || fail "whose number it is"
    expect 0 "N02 reject: the number is another dossier's (s" "$cicada" status --journal sqlite:line.db --dossier "other-$people"
    "$cicada" status --journal sqlite:line.db --dossier "other-$people" --json >dossier.json
    validate "$root/docs/schemas/dossier-status.schema.json" dossier.json
    # What a person lets pass is refused no more; what a person refuses has the reason.
    apart() {
      "$cicada" prepare --records apart.jsonl --profile "$profile" --pki pki --journal sqlite:apart.db --jobs apart --rejects "$1" \
        --warnings passed.jsonl >/dev/null 2>&1 || true
    }
    decide() { "$cicada" line decide --journal sqlite:apart.db --operator lan "$@" >/dev/null; }
    sed "s#portraits/#$samples/portraits/#" "$samples/refused.jsonl" >apart.jsonl
    apart before.jsonl
    grep '"state":"held"' before.jsonl | sed 's/^{"dossier":"\([^"]*\)".*/\1/' >held.txt
    passed=$(sed -n 1p held.txt) stopped=$(sed -n 2p held.txt)
    decide --dossier "$passed" --accept --reason "papers seen"
    decide --dossier "$stopped" --reject --reason "forged papers"
    apart after.jsonl
    [ "$(wc -l <after.jsonl)" = $(($(wc -l <before.jsonl) - 1)) ] || fail "lines of the rejects after the decisions"
    grep -q "\"dossier\":\"$passed\"" after.jsonl && fail "a dossier that a person let pass is refused"
    grep -q "\"dossier\":\"$passed\".*\"state\":\"accepted\"" passed.jsonl || fail "what a person let pass"
    grep "\"dossier\":\"$stopped\"" after.jsonl | grep '"code":"J06".*"value":"forged papers"' >/dev/null || fail "why it was refused"
    for code in N02 J05 D03; do grep -q "\"code\":\"$code\"" rejects.jsonl || fail "$code is not in the rejects"; done
    while read -r record; do
      echo "$record" >record.json
      validate "$root/docs/schemas/rejects.schema.json" record.json
    done < <(cat rejects.jsonl warnings.jsonl after.jsonl)
    ;;
  killed)
    batch
    "$cicada" sim-blanks magazine --count $((people + 4)) --pki pki >/dev/null
    for _ in 1 2 3 4 5 6; do
      become_line --stations 2 --lease 86400 >/dev/null 2>&1 &
      pid=$!
      for _ in $(seq 200); do # until a card is in a slot
        [ -n "$(find magazine/station-* -name '*.card' 2>/dev/null)" ] && break
        kill -0 $pid 2>/dev/null || break
        read -rt 0.01 <> <(:) || true
      done
      kill -9 $pid 2>/dev/null || true
      wait $pid 2>/dev/null || true
    done
    # What the dead runs had claimed and not begun is taken back, however long its lease.
    run_json --stations 2 || { cat err.txt >&2; fail "the line after the kills"; }
    [ "$(jobs_in done)" = "$people" ] || fail "$(jobs_in done) jobs done of $people"
    [ "$(cards good)" = "$people" ] || fail "$(cards good) good cards of $people"
    [ "$(cards quarantine)" = 0 ] || fail "cards in quarantine"
    [ "$(cards blanks)" = 4 ] || fail "blanks left"
    ;;
  stopped)
    batch
    "$cicada" sim-blanks magazine --count "$people" --pki pki >/dev/null
    expect 0 "the stations stop" "$cicada" line stop --journal sqlite:line.db
    run_json || fail "a line that is told to stop"
    [ "$(field total.good)" = 0 ] || fail "cards although the order is to stop"
    [ "$(jobs_in ready)" = "$people" ] || fail "jobs claimed although the order is to stop"
    expect 0 "the stations go on" "$cicada" line resume --journal sqlite:line.db
    # SIGTERM: the card in hand is finished, the rest is ready again.
    become_line --json >report.json 2>err.txt &
    pid=$!
    for _ in $(seq 500); do
      [ -n "$(find magazine/good -name '*.card' 2>/dev/null)" ] && break
      read -rt 0.01 <> <(:) || true
    done
    kill -TERM $pid
    wait $pid || fail "exit code after SIGTERM"
    [ "$(cards station-1)" = 0 ] || fail "a card is left in the slot"
    [ "$(jobs_in done)" = "$(cards good)" ] || fail "cards and jobs differ"
    [ "$(($(jobs_in done) + $(jobs_in ready)))" = "$people" ] || fail "jobs are neither done nor ready"
    ;;
  remade)
    batch
    "$cicada" sim-blanks magazine --count "$people" --pki pki >/dev/null
    # A stranger's card in the slot: locked, and of nobody in this journal.
    mkdir -p other magazine/station-1
    (cd other && sed -n 4p ../records.jsonl >one.jsonl && "$cicada" issue --records one.jsonl --profile "$profile" --pki ../pki --sim cards >/dev/null)
    cp other/cards/*.card magazine/station-1/STRANGER.card
    run_json && fail "a card was set aside: that is exit code 1"
    [ "$(field total.set_aside)" = 1 ] || fail "the stranger"
    [ -e magazine/quarantine/STRANGER.card ] || fail "the stranger is not in quarantine"
    [ "$(jobs_in done)" = "$people" ] || fail "jobs done"
    # A good card that came back broken cannot simply be made again.
    chip=$(basename "$(find magazine/good -name '*.card' | sed -n 1p)" .card)
    expect 2 "quarantine" "$cicada" line destroy --journal sqlite:line.db --chip "$chip" --operator a --second-operator b --remake
    expect 2 "two different operators" "$cicada" line destroy --journal sqlite:line.db --chip "$chip" --operator a --second-operator a
    # It is set aside, destroyed, and made again.
    dossier=$(sed -n 1p records.jsonl | grep -o '[0-9]\{12\}' | sed -n 1p)
    chip=$("$cicada" status --journal sqlite:line.db --dossier "$dossier" | sed -n 's/^chip  *//p')
    expect 2 "no such dossier" "$cicada" line set-aside --journal sqlite:line.db --dossier nobody --reason broken --operator a
    expect 0 "chip $chip is in quarantine" "$cicada" line set-aside --journal sqlite:line.db --dossier "$dossier" --reason broken --operator a
    expect 2 "no card that could be set aside" "$cicada" line set-aside --journal sqlite:line.db --dossier "$dossier" --reason broken --operator a
    # Good after all, says somebody with a name; and set aside again.
    decide() { "$cicada" line decide --journal sqlite:line.db --dossier "$dossier" --accept --reason clean "$@"; }
    expect 2 "--operator is required" decide
    expect 0 "the card with chip $chip is good again; delivery: none" decide --operator a
    expect 2 "the dossier is not held" decide --operator a
    expect 0 "chip $chip is in quarantine" "$cicada" line set-aside --journal sqlite:line.db --dossier "$dossier" --reason broken --operator a
    rm "magazine/good/$chip.card"
    expect 0 "made again" "$cicada" line destroy --journal sqlite:line.db --chip "$chip" --operator a --second-operator b --remake
    run_json --make-blanks 1 || fail "the card that is made again"
    [ "$(field total.good)" = 1 ] && [ "$(cards good)" = "$people" ] || fail "the second card of $dossier"
    echo "$dossier" >packed.txt
    expect 0 "1 card is packed" "$cicada" line deliver --journal sqlite:line.db --to packed --dossiers packed.txt
    echo nobody >>packed.txt
    expect 2 "dossier nobody (2 of 2): the journal has no such dossier" "$cicada" line deliver --journal sqlite:line.db --to packed --dossiers packed.txt
    # Closing: what does not add up is a failed check, and the key of the first closing is the key.
    close() { "$cicada" line close-batch --journal sqlite:line.db --batch b1 --key "$1"; }
    "$cicada" line blanks --journal sqlite:line.db --left 7 >/dev/null || true
    expect 1 "blanks received are not" close pki/audit.key
    received=$({ "$cicada" status --journal sqlite:line.db --json || true; } | /usr/bin/python3 -c "import json,sys; b=json.load(sys.stdin)['blanks']; print(b['good']+b['spoiled']+b['quarantined']+b['in_work'])")
    "$cicada" line blanks --journal sqlite:line.db --lot rest --received "$((received - 1))" >/dev/null
    expect 0 "difference 0" "$cicada" line blanks --journal sqlite:line.db --left 0
    openssl ecparam -name prime256v1 -genkey -noout 2>/dev/null | openssl pkcs8 -topk8 -nocrypt -out other.key
    expect 0 "closed and signed" close pki/audit.key
    expect 1 "audit key of another journal" close other.key
    expect 0 "closed and signed" close pki/audit.key
    expect 0 "nothing was changed" "$cicada" audit verify --journal sqlite:line.db --key pki/audit.pub
    expect 0 "the old one signed that" "$cicada" line audit-key --journal sqlite:line.db --key other.key --old-key pki/audit.key --reason rotation
    expect 0 "closed and signed" close other.key
    expect 0 "nothing was changed" "$cicada" audit verify --journal sqlite:line.db --key pki/audit.pub
    ;;
  dialects)
    # The same people on other chips, each with its own profile: a whole line, and a card that a crash left in the slot.
    "$cicada" pki init pki >/dev/null
    sed "s#portraits/#$samples/portraits/#" "$samples/citizens.jsonl" >records.jsonl
    people=$(wc -l <records.jsonl)
    try() { # NAME PROFILE BLANK-OPTIONS...
      local chips=$1
      profile=$root/personalization-scripts/profiles/$2
      shift 2
      rm -rf line.db* jobs magazine
      "$cicada" prepare --records records.jsonl --profile "$profile" --pki pki --journal sqlite:line.db --jobs jobs --batch b1 >/dev/null
      line --make-blanks "$people" "$@" --stations 1 --limit 2 >/dev/null || fail "$chips: the first two"
      # One of the two is in its slot still: whoever starts there recognizes it and delivers it once.
      left_in_slot "$(basename "$(find magazine/good -name '*.card' | sed -n 1p)" .card)"
      run_json --stations 2 || { cat err.txt >&2; fail "$chips: the line"; }
      [ "$(field total.good)" = $((people - 2)) ] || fail "$chips: $(field total.good) good cards"
      [ "$(field total.counted_before)" = 1 ] || fail "$chips: the card in the slot"
      [ "$(cards good)" = "$people" ] && [ "$(cards quarantine)" = 0 ] || fail "$chips: cards"
      [ "$(jobs_in done)" = "$people" ] || fail "$chips: jobs done"
    }
    try jmrtd jmrtd-cccd.toml
    # Cards of this kind are given their keys: another card for the same dossier gets others, and its signer has both.
    dossier=$(sqlite3 line.db "SELECT dossier FROM job ORDER BY id LIMIT 1")
    shown() { "$cicada" status --journal sqlite:line.db --dossier "$dossier" | sed -n "s/^$1  *//p"; }
    chip=$(shown chip)
    signer=$(shown "signed by")
    expect 0 "is in quarantine" "$cicada" line set-aside --journal sqlite:line.db --dossier "$dossier" --reason bent --operator a
    rm "magazine/good/$chip.card"
    expect 0 "prepare its batch again" "$cicada" line destroy --journal sqlite:line.db --chip "$chip" --operator a --second-operator b --remake
    expect 0 "0 good cards" line --make-blanks 1
    expect 0 "prepared 1 + known $((people - 1))" "$cicada" prepare --records records.jsonl --profile "$profile" --pki pki \
      --journal sqlite:line.db --jobs jobs --batch b1
    expect 0 "1 good card" line
    [ "$("$cicada" audit signer --journal sqlite:line.db --ds "$signer" | grep -c "$dossier")" = 2 ] || fail "the signer's cards of $dossier"
    try gp-dgi gp-dgi-cccd.toml
    try gp-dgi-scp02 gp-dgi-cccd.toml --scp 02
    try gp-dgi-s16 gp-dgi-cccd.toml --scp-option 71
    # A kind of card that somebody added: the simulator is told which of its own to be.
    mkdir kinds
    sed 's/^name = "gp-dgi"/name = "bureau-os"/' "$root/personalization-scripts/dialects/gp-dgi.toml" >kinds/bureau-os.toml
    sed 's/^dialect = .*/dialect = "bureau-os"/' "$root/personalization-scripts/profiles/gp-dgi-cccd.toml" >bureau.toml
    rm -rf line.db* jobs magazine
    expect 2 "bureau-os" "$cicada" prepare --records records.jsonl --profile bureau.toml --pki pki --journal sqlite:line.db --jobs jobs
    "$cicada" prepare --records records.jsonl --profile bureau.toml --dialect-dir kinds --pki pki --journal sqlite:line.db --jobs jobs >/dev/null
    profile=bureau.toml
    expect 2 "no card of this profile's dialect" line --dialect-dir kinds --make-blanks 1
    line --dialect-dir kinds --make-blanks 1 --dialect gp-dgi --limit 1 >/dev/null || fail "an added kind of card"
    [ "$(cards good)" = 1 ] || fail "no card of the added kind"
    # A card of another kind than the profile's is no card of this line.
    "$cicada" sim-blanks magazine --count 1 --pki pki --dialect cicada-1 >/dev/null
    run_json --dialect-dir kinds --limit 1 && fail "a card was set aside: that is exit code 1"
    [ "$(cards quarantine)" = 1 ] || fail "a card of another kind"
    ;;
  damaged)
    batch
    "$cicada" sim-blanks magazine --count $((people + 1)) --pki pki >/dev/null
    # A blank that is no card any more: it is named, put aside, and counted; the line goes on.
    bad=$(find magazine/blanks -name '*.card' | sed -n 1p)
    echo nonsense >"$bad"
    run_json && fail "a card was set aside: that is exit code 1"
    grep -q "set-aside.*$(basename "$bad" .card).*C01 no answer" err.txt || { cat err.txt >&2; fail "nobody named the card"; }
    grep -q "^  C01 reject: the chip is not blank" err.txt || fail "nobody says what C01 is"
    [ "$(field total.set_aside)" = 1 ] && [ "$(field balance.quarantined)" = 1 ] || fail "the damaged card is not counted"
    [ -e "magazine/quarantine/$(basename "$bad")" ] || fail "the damaged card is not in quarantine"
    [ "$(jobs_in done)" = "$people" ] || fail "jobs done"
    # One that is damaged while its job is in work takes the job with it.
    rm -rf line.db* jobs magazine pki
    batch
    "$cicada" sim-blanks magazine --count "$people" --pki pki >/dev/null
    become_line --limit 1 >/dev/null 2>&1 &
    pid=$!
    until [ -n "$(find magazine/station-1 -size +4k 2>/dev/null)" ]; do kill -0 $pid 2>/dev/null || break; done
    kill -9 $pid 2>/dev/null || true
    wait $pid 2>/dev/null || true
    if [ -n "$(find magazine/station-1 -name '*.card')" ]; then
      for card in magazine/station-1/*.card; do echo nonsense >"$card"; done
      run_json --limit 1 && fail "a card was quarantined: that is exit code 1"
      [ "$(field total.quarantined)" = 1 ] && [ "$(jobs_in quarantined)" = 1 ] || fail "the job of the damaged card"
      hurt=$(sqlite3 line.db "SELECT dossier FROM job WHERE reason = 'C01 no answer'")
      expect 0 "C01 reject: the chip is not blank, not of the lot, or was seen before (chip" \
        "$cicada" status --journal sqlite:line.db --dossier "$hurt"
    fi
    ;;
  in_a_database)
    # The commands of a whole batch on PostgreSQL, with the keys in a token, on the chips of another maker.
    source "$root/tests/support/postgres.sh"
    source "$root/tests/support/soft_token.sh"
    stop() { stop_postgres; }
    start_postgres
    profile=$root/personalization-scripts/profiles/gp-dgi-cccd.toml
    "$cicada" pki init pki >/dev/null
    make_token pki
    sed "s#portraits/#$samples/portraits/#" "$samples/citizens.jsonl" >records.jsonl
    people=$(wc -l <records.jsonl)
    on() { "$cicada" "$@" --journal "$postgres"; }
    # The country of a token is known from a file of its certificate, too.
    cp public/csca.crt country.pem
    sed 's#^trust = .*#trust = "country.pem"#' token.toml >file.toml
    expect 0 "prepared $people" on prepare --records records.jsonl --profile "$profile" --token file.toml --jobs jobs --batch b1
    on line run --jobs jobs --profile "$profile" --pki public --token token.toml --sim magazine --stations 3 --make-blanks $((people + 1)) \
      --json >report.json || fail "the line"
    validate "$root/docs/schemas/line-report.schema.json" report.json
    [ "$(field total.good)" = "$people" ] && [ "$(cards good)" = "$people" ] || fail "good cards"
    expect 0 "$people of $people done" on status
    expect 1 "count the blanks" on line close-batch --batch b1 --key pki/audit.key
    expect 0 "difference 0" on line blanks --left 1
    chmod 644 pki/audit.key
    expect 2 "chmod 600" on line close-batch --batch b1 --key pki/audit.key
    expect 2 "chmod 600" on line audit-key --key pki/audit.key --reason lost --operator a --second-operator b
    chmod 600 pki/audit.key
    expect 0 "batch b1 is closed and signed" on line close-batch --batch b1 --key pki/audit.key
    expect 0 "nothing was changed" on audit verify --key pki/audit.pub
    grep -o '[0-9]\{12\}' records.jsonl | sort -u | sed -n 1,2p >two.txt
    expect 0 "2 cards are packed" on line deliver --to packed --dossiers two.txt
    # A signer that may sign two cards signs two, whichever process is asked, and the rest when it may sign more.
    few() {
      { cat token.toml && printf '[rules]\ncards-per-signer = %s\n' "$1"; } >few.toml
      "$cicada" prepare --records records.jsonl --profile "$root/personalization-scripts/profiles/cccd-no-chip-keys.toml" \
        --token few.toml --journal sqlite:few.db --jobs few --batch few
    }
    expect 2 "prepared 2 + known 0" few 2
    grep -q "K01: the document signer has signed as many cards as it may" out.txt || fail "why nothing more was signed"
    expect 2 "prepared 0 + known 2" few 2
    expect 0 "prepared $((people - 2)) + known 2" few "$people"
    # The same at stations, where chips make keys and cards are signed one by one.
    profile=$root/personalization-scripts/profiles/cccd-2021.toml
    two() { "$cicada" "$1" ${2:+"$2"} --profile "$profile" --journal sqlite:two.db --jobs two --token few.toml "${@:3}"; }
    expect 0 "prepared $people" two prepare "" --records records.jsonl --batch two
    at_stations() { two line run --pki public --sim two-magazine --stations 1 "$@"; }
    few 2 >/dev/null || true
    expect 3 "K01: the document signer has signed as many cards as it may" at_stations --make-blanks "$people"
    expect 3 "0 good cards" at_stations
    [ "$(find two-magazine/good -name '*.card' | wc -l)" = 2 ] || fail "cards of a signer that may sign two"
    few "$people" >/dev/null
    expect 0 "$((people - 2)) good cards" at_stations
    # Without the token nothing is prepared and nothing is made.
    mv tokens elsewhere
    expect 3 "token" on prepare --records records.jsonl --profile "$profile" --token token.toml --jobs jobs --batch b2
    stop_postgres
    expect 3 "the database does not answer" on status
    ;;
  wrong_use)
    batch
    expect 2 "--sim" "$cicada" line run --journal sqlite:line.db --jobs jobs --profile "$profile" --pki pki
    expect 2 "--reader" line --reader X
    expect 2 "a journal is sqlite:FILE" "$cicada" line run --journal mysql://x --jobs jobs --profile "$profile" --pki pki --sim magazine
    expect 2 "" "$cicada" line run --journal sqlite:line.db --jobs nowhere --profile "$profile" --pki pki --sim magazine
    expect 2 "--make-blanks" line --make-blanks -1
    # Another profile, another country: said before a card is touched.
    "$cicada" pki init abroad >/dev/null
    expect 2 "another country" "$cicada" line run --journal sqlite:line.db --jobs jobs --profile "$profile" --pki abroad --sim magazine
    expect 2 "prepared with profile cccd-2021" "$cicada" line run --journal sqlite:line.db --jobs jobs \
      --profile "$root/tests/support/line/small.toml" --pki pki --sim magazine
    sed 's/^description = .*/description = "changed"/' "$profile" >changed.toml
    expect 2 "was changed since" "$cicada" line run --journal sqlite:line.db --jobs jobs --profile changed.toml --pki pki --sim magazine
    expect 2 "was changed since" "$cicada" prepare --records records.jsonl --profile changed.toml --pki pki \
      --journal sqlite:line.db --jobs jobs --batch b1
    (echo "# a remark"; cat "$profile") >remark.toml
    expect 0 "known" "$cicada" prepare --records records.jsonl --profile remark.toml --pki pki --journal sqlite:line.db --jobs jobs --batch b1
    expect 2 "prepared in another country" "$cicada" prepare --records records.jsonl --profile "$profile" --pki abroad \
      --journal sqlite:line.db --jobs jobs --batch b1
    # The same certificate in another form is the same country. An earlier program wrote down the digest of the file.
    cp -rp pki other-form
    openssl x509 -in pki/csca.crt -outform DER -out other-form/csca.crt
    at() { "$cicada" line run --journal sqlite:line.db --jobs jobs --profile "$profile" --sim magazine --make-blanks 1 --limit 1 --pki "$1"; }
    again() { "$cicada" prepare --records records.jsonl --profile "$profile" --pki "$1" --journal sqlite:line.db --jobs jobs --batch b1; }
    expect 0 "1 good card" at other-form
    expect 0 "known" again other-form
    csca=$(sqlite3 line.db "SELECT hex(csca) FROM recipe")
    [ "$csca" = "$(sha256sum other-form/csca.crt | cut -c1-64 | tr a-f A-F)" ] || fail "the CSCA is not known by its DER"
    sqlite3 line.db "UPDATE recipe SET csca = x'$(sha256sum pki/csca.crt | cut -c1-64)'"
    expect 0 "known" again pki
    expect 0 "1 good card" at pki
    expect 2 "another country" at abroad
    expect 2 "prepared in another country" again abroad
    sqlite3 line.db "UPDATE recipe SET csca = x'$csca'"
    expect 2 "cannot be made" "$cicada" prepare --records records.jsonl --profile "$profile" --pki pki --journal sqlite:line.db --jobs /proc/jobs --batch b9
    expect 2 "--lot" "$cicada" line blanks --journal sqlite:line.db --received 3
    expect 2 "" "$cicada" line deliver --journal sqlite:line.db --to lost --dossiers records.jsonl
    expect 2 "" "$cicada" line
    # Two runs under one name.
    taken() { # FILE TEXT COMMAND...: refused while another process holds the file
      local file=$1 text=$2
      shift 2
      (exec 9>>"$file" && flock -x 9 && exec sleep 30) >/dev/null 2>&1 &  # no output: nobody waits for the sleeper's
      local holder=$!
      until [ -e "$file" ] && ! flock -n "$file" true; do kill -0 $holder || fail "nobody holds $file"; done
      expect 2 "$text" "$@"
      kill $holder
    }
    mkdir -p jobs/state-line
    taken jobs/state-line/spool "another process" line
    taken line.db.line.writer "another process writes under this writer's name" line --state elsewhere
    ;;
  *) fail "no case $name" ;;
esac
