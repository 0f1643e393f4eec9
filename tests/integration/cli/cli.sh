#!/usr/bin/env bash
# The command as a user meets it: cli.sh CICADA CASE. Each case starts from nothing in a folder of its own.
set -euo pipefail
source "$(dirname "$0")/../../support/cases.sh"
country() { "$cicada" pki init pki "$@" >/dev/null; }
issue() { # one ordinary citizen
  sed -n 4p "$samples/citizens.jsonl" | sed "s#portraits/#$samples/portraits/#" >one.jsonl
  "$cicada" issue --records one.jsonl --profile "$profile" --pki pki --sim cards >/dev/null
  number=$(basename cards/*.card .card)
}
read_card() { "$cicada" read --card "cards/$number.card" --mrz "$(cat "cards/$number.mrz")" "$@"; }

# What the SOD signs, and the signature, taken by OpenSSL alone.
openssl_accepts() {
  openssl verify -CAfile pki/csca.crt pki/ds.crt >/dev/null || fail "openssl verify refuses the chain"
  # EF.SOD is 77 { ContentInfo }: OpenSSL wants what is inside.
  /usr/bin/python3 - dump/EF_SOD.bin sod.cms <<'PY'
import sys
raw = open(sys.argv[1], 'rb').read()
assert raw[0] == 0x77
skip = 2 if raw[1] < 0x80 else 2 + (raw[1] & 0x7F)
open(sys.argv[2], 'wb').write(raw[skip:])
PY
  openssl cms -verify -inform DER -in sod.cms -CAfile pki/csca.crt -purpose any -out lds.der 2>cms.err || { cat cms.err >&2; fail "openssl cms refuses the SOD"; }
  openssl asn1parse -inform DER -in lds.der >/dev/null
}

case $name in
  ecdsa_named | rsa | brainpool_named)
    case $name in
      ecdsa_named) country --ec-parameters named ;;
      brainpool_named) country --algorithm ecdsa-brainpoolP256r1 --ec-parameters named ;;
      rsa) country --algorithm rsa-2048 ;;
    esac
    issue
    read_card --trust pki --out dump >/dev/null || fail "our own verdict is not passed"
    openssl_accepts
    ;;
  explicit_parameters)
    country
    issue
    expect 0 "verdict: passed" read_card --trust pki
    # What the default is there for, and why named curves are offered: stock OpenSSL refuses such a chain.
    openssl verify -CAfile pki/csca.crt pki/ds.crt >/dev/null 2>&1 && fail "openssl accepts explicit parameters now: say so in the docs"
    true
    ;;
  keys_are_private)
    country
    for key in csca.key ds.key transport-master.key job-master.key audit.key; do
      [ "$(stat -c %a "pki/$key")" = 600 ] || fail "$key is not 0600"
      grep -q "TEST" "pki/$key" || fail "$key does not say that it is a test key"
    done
    expect 2 "" "$cicada" pki init pki
    expect 2 "never overwritten" "$cicada" pki add-line-keys pki
    rm pki/job-master.key pki/audit.* pki/*.kcv # a folder of an older version
    expect 0 "job-master.key" "$cicada" pki add-line-keys pki
    expect 2 "transport-master.key is missing" "$cicada" pki add-line-keys .
    ;;
  without_trust)
    country
    issue
    expect 1 "verdict: incomplete" read_card
    grep -q "not checked  ds-path" out.txt || fail "ds-path is not 'not checked'"
    ;;
  wrong_mrz)
    country
    issue
    expect 2 "check digit" "$cicada" read --card "cards/$number.card" --mrz "$(tr 0-9 1-90 <"cards/$number.mrz")"
    expect 1 "does not open this card" "$cicada" read --card "cards/$number.card" --doc "${number:3}" --birth 900101 --expiry 300101
    expect 1 "the CAN does not open this card" "$cicada" read --card "cards/$number.card" --can 123456
    expect 1 "verdict: incomplete" "$cicada" read --card "cards/$number.card" --id "$number" # its last digits are the CAN
    expect 2 "last nine" "$cicada" read --card "cards/$number.card" --doc "$number" --birth 900101 --expiry 300101
    ;;
  wrong_files)
    country
    issue
    read_card --trust pki --out dump >/dev/null
    groups=()
    for n in 1 2 13 14 15; do groups+=(--dg "$n=dump/DG$n.bin"); done
    expect 1 "needs the chip, and only files were given" "$cicada" verify --sod dump/EF_SOD.bin "${groups[@]}" --trust pki
    ! grep -q FAILED out.txt || fail "files that a card gave fail"
    grep -q "passed  *dg-hashes  *DG1, DG2, DG13, DG14, DG15 as signed" out.txt || fail "the hashes do not hold"
    head -c 700 dump/EF_SOD.bin >short.bin
    expect 1 "FAILED" "$cicada" verify --sod short.bin --dg 1=dump/DG1.bin --trust pki
    sed 's/NGUYEN/NGUYEM/' dump/DG1.bin >forged.bin
    expect 1 "FAILED       dg-hashes" "$cicada" verify --sod dump/EF_SOD.bin --dg 1=forged.bin --trust pki
    expect 2 "no such file" "$cicada" verify --sod none.bin --trust pki
    expect 2 "N=FILE" "$cicada" verify --sod dump/EF_SOD.bin --dg 17=dump/DG1.bin --trust pki
    head -c 100 "cards/$number.card" >broken.card
    expect 2 "broken.card" "$cicada" read --card broken.card --mrz "$(cat "cards/$number.mrz")"
    for file in dump/*.bin pki/*.crt pki/csca.crl; do expect 0 "" "$cicada" show "$file"; done
    ;;
  trust_material)
    country
    issue
    read_card --trust pki --out dump >/dev/null
    files="--sod dump/EF_SOD.bin"
    for file in dump/DG*.bin; do n=${file#dump/DG} && files="$files --dg ${n%.bin}=$file"; done
    # Files alone cannot answer for the chip (DG14, DG15): everything else passes.
    good() { expect 1 "$@"; grep -q "verdict: incomplete" out.txt && ! grep -q "FAILED\|not checked  [drs]" out.txt || { cat out.txt >&2; fail "not all good: $*"; }; }
    # Each kind of material alone or together: a master list, a revocation list, LDIF, a bundle of certificates.
    expect 1 "no revocation list" "$cicada" verify $files --trust pki/master-list.ml
    good "passed       ds-path" "$cicada" verify $files --trust pki/master-list.ml --trust pki/csca.crl
    openssl crl2pkcs7 -nocrl -certfile pki/csca.crt -outform DER -out csca.p7b
    good "passed       ds-path" "$cicada" verify $files --trust csca.p7b --trust pki/csca.crl --strict
    mkdir ldif
    { printf 'version: 1\n\ndn: c=VN,dc=data,dc=download,dc=pkd,dc=icao,dc=int\n'
      printf 'pkdMasterListContent:: '; base64 -w 70 pki/master-list.ml | sed '2,$s/^/ /'
      printf 'certificateRevocationList;binary:: '; openssl crl -in pki/csca.crl -outform DER | base64 -w 70 | sed '2,$s/^/ /'
      printf '\n'; } >ldif/icaopkd.ldif
    good "passed       ds-path" "$cicada" verify $files --trust ldif
    # A list that somebody changed is left out, and said so.
    sed 's/CSCA/CSCB/' pki/master-list.ml >forged.ml
    expect 2 "does not verify" "$cicada" verify $files --trust forged.ml
    good "left out of the trust store" "$cicada" verify $files --trust pki --trust forged.ml
    expect 2 "is not there" "$cicada" verify $files --trust pki --trust nowhere
    # EF.SOD with padding, without its frame, as PEM: tolerated by name, not under --strict.
    head -c 50 /dev/zero | cat dump/EF_SOD.bin - >padded.bin
    good "deviation: octets-after-sod" "$cicada" verify ${files/dump\/EF_SOD/padded} --trust pki
    expect 1 "FAILED       sod-signature" "$cicada" verify ${files/dump\/EF_SOD/padded} --trust pki --strict
    openssl asn1parse -inform DER -in dump/EF_SOD.bin -strparse 4 -noout -out sod.bin
    good "deviation: sod-without-frame" "$cicada" verify ${files/dump\/EF_SOD/sod} --trust pki
    { echo "-----BEGIN CMS-----"; base64 -w 64 sod.bin; echo "-----END CMS-----"; } >pem.bin
    good "deviation: sod-without-frame" "$cicada" verify ${files/dump\/EF_SOD/pem} --trust pki
    # What was not given is named.
    expect 1 "was not given" "$cicada" verify ${files/--dg 13=dump\/DG13.bin/} --trust pki
    grep -q "DG13 of the security object" out.txt || fail "the missing group is not named"
    ;;
  served_again)
    country
    issue
    read_card --trust pki --out dump >/dev/null
    "$cicada" sim --card again.card --from dump --vpcd 127.0.0.1:1 >/dev/null 2>&1 && fail "nobody listens there"
    # Every file is there and signed; what cannot be read was not copied.
    expect 1 "verdict: failed" "$cicada" read --card again.card --mrz "$(cat "cards/$number.mrz")" --trust pki
    for check in "passed *dg-hashes" "passed *ds-path" "FAILED *active-authentication" "FAILED *chip-authentication"; do
      grep -qE "$check" out.txt || fail "'$check' is not in what was said of a copy"
    done
    ;;
  served_with_pace)
    country
    issue
    read_card --trust pki --out dump >/dev/null || fail "the card cannot be read"
    printf '\x31\x14\x30\x12\x06\x0A\x04\x00\x7F\x00\x07\x02\x02\x04\x02\x02\x02\x01\x02\x02\x01\x0C' >dump/EF_CardAccess.bin
    serve() { "$cicada" sim --card "$1" --from dump --vpcd 127.0.0.1:1 >served.txt 2>&1 || true; }
    printf 'can = "123456"\nbac = false\n' >dump/card.toml
    serve pace.card
    "$cicada" read --card pace.card --can 123456 --trust pki >out.txt || true
    grep -q "PACE with the CAN (PACE-ECDH-GM-AES-CBC-CMAC-128, domain" out.txt || fail "PACE with the CAN does not open it"
    "$cicada" read --card pace.card --can 123457 --trust pki >out.txt 2>&1 && fail "another CAN opens it"
    "$cicada" read --card pace.card --mrz "$(cat "cards/$number.mrz")" --bac --trust pki >out.txt 2>&1 && fail "BAC opens it"
    printf 'cna = "123456"\n' >dump/card.toml
    serve misspelt.card
    grep -q "an unknown name (at 1)" served.txt || fail "a misspelt name is taken"
    [ ! -e misspelt.card ] || fail "a card that nobody asked for"
    ;;
  bad_profile)
    country
    sed 's/^read *=/reed =/' "$profile" >profile.toml
    cmp -s "$profile" profile.toml && fail "the profile was not changed"
    expect 2 "profile.toml:" "$cicada" issue --records "$samples/citizens.jsonl" --profile profile.toml --pki pki --sim cards
    ;;
  inspection_system)
    country
    issue
    # By the number alone: PACE with its last six digits; then chip, active and terminal authentication.
    expect 0 "verdict: passed" "$cicada" read --card "cards/$number.card" --id "$number" --trust pki --is pki --out dump
    for check in access card-access-match dg-hashes active-authentication chip-authentication terminal-authentication; do
      grep -qE "passed +$check" out.txt || fail "$check has not passed"
    done
    [ -s dump/DG3.bin ] || fail "DG3 was not read"
    # A terminal of another country: everything else is read, DG3 stays closed.
    "$cicada" pki init other >/dev/null
    expect 1 "verdict: " "$cicada" read --card "cards/$number.card" --id "$number" --trust pki --is other --out without
    [ ! -e without/DG3.bin ] || fail "a stranger read DG3"
    grep -qE "passed +chip-authentication" out.txt || fail "a stranger's terminal disturbed the rest"
    ;;
  passport)
    country
    profile=$root/personalization-scripts/profiles/icao-td3-passport.toml
    expect 0 "records in 3 = cards out 3 + refused 0" "$cicada" issue --records "$samples/passports.jsonl" --profile "$profile" --pki pki --sim cards
    number=$(basename "$(ls cards/*.card | sed -n 1p)" .card)
    [ "$(stat -c %a "cards/$number.can")" = 600 ] || fail "the CAN is not 0600"
    for opener in --can --mrz; do
      expect 0 "PACE-ECDH-CAM-AES-CBC-CMAC-128" "$cicada" read --card "cards/$number.card" $opener "$(cat "cards/$number.${opener#--}")" --trust pki --is pki --out dump
      grep -qF "verdict: passed" out.txt || fail "the passport has not passed"
      grep -qE "passed +chip-authentication +the chip holds the key of EF.CardSecurity" out.txt || fail "the mapping proved nothing"
      [ -s dump/DG3.bin ] || fail "DG3 was not read"
    done
    # The same people have citizen cards; a card has no number of its own.
    expect 1 "N10" "$cicada" issue --records "$samples/passports.jsonl" --profile "$root/personalization-scripts/profiles/cccd-2021.toml" --pki pki --sim cards2
    expect 1 "N10" "$cicada" issue --records "$samples/citizens.jsonl" --profile "$profile" --pki pki --sim cards3
    ;;
  by_can)
    country
    issue
    can=${number:6}
    for way in "--id $number" "--can $can" "--mrz $(cat "cards/$number.mrz")"; do
      # shellcheck disable=SC2086
      expect 0 "verdict: passed" "$cicada" read --card "cards/$number.card" ${way%% *} "${way#* }" --trust pki --strict
      grep -q "(PACE-ECDH-GM-AES-CBC-CMAC-128, domain parameters 13)" out.txt || fail "$way does not open it with PACE"
      grep -qE "not read +DG3 \(fingerprints\): only inspection systems" out.txt || fail "nothing is said of DG3"
    done
    # A number that differs in the last digit: nothing is read, and the message says what to look at.
    wrong=${can:0:5}$(((${can:5} + 1) % 10))
    expect 1 "the CAN does not open this card" "$cicada" read --card "cards/$number.card" --can "$wrong" --trust pki --out dump
    grep -q "check its six digits" out.txt || fail "nothing helps whoever typed a wrong CAN"
    expect 1 "compare the number with the card" "$cicada" read --card "cards/$number.card" --id "${number:0:6}$wrong" --trust pki
    [ ! -e dump/DG1.bin ] || fail "a wrong CAN opens the card"
    # Named curves are tolerated, but not by the strict policy.
    rm -rf pki cards
    country --ec-parameters named
    issue
    expect 0 "deviation: named-curve" "$cicada" read --card "cards/$number.card" --id "$number" --trust pki
    expect 1 "deviations are not tolerated: named-curve" "$cicada" read --card "cards/$number.card" --id "$number" --trust pki/csca.crt --strict
    # The master list of such a country is no better.
    expect 2 "master-list.ml: deviations are not tolerated: named-curve" "$cicada" read --card "cards/$number.card" --id "$number" --trust pki --strict
    ;;
  clone)
    country
    issue
    read_card --trust pki --out dump --json >genuine.json || fail "the card cannot be read"
    "$cicada" sim --card clone.card --from dump --vpcd 127.0.0.1:1 >/dev/null 2>&1 || true
    "$cicada" read --card clone.card --mrz "$(cat "cards/$number.mrz")" --trust pki --out copied --json >clone.json && fail "a clone passes"
    "$cicada" read --card "cards/$number.card" --id "$number" --trust pki --is pki --json >opened.json || fail "the card does not open by its number"
    "$cicada" read --card "cards/$number.card" --can 000000 --trust pki --json >closed.json && fail "a wrong CAN passes"
    for result in genuine clone opened closed; do validate "$root/docs/schemas/read-result.schema.json" $result.json; done
    validate "$root/docs/schemas/verdict.schema.json" copied/verdict.json
    /usr/bin/python3 - <<'PY'
import json
def results(name):
    read = json.load(open(name + ".json"))
    return read["verdict"], {check["check"]: check["result"] for check in read["checks"]}
wanted = {"genuine": ("passed", "passed", "not-checked"), "clone": ("failed", "failed", "not-checked"),
          "opened": ("passed", "passed", "passed")}
for name, (outcome, chip, terminal) in wanted.items():
    found, checks = results(name)
    assert found == outcome, (name, found)
    assert checks["dg-hashes"] == checks["ds-path"] == "passed", (name, checks)
    assert checks["active-authentication"] == checks["chip-authentication"] == chip, (name, checks)
    assert checks["terminal-authentication"] == terminal, (name, checks)
assert results("closed")[0] != "passed"
PY
    ;;
  allow_bac)
    country
    issue
    read_card --trust pki --out dump >/dev/null || fail "the card cannot be read"
    # It announces chip authentication mapping only, and has no key for it: PACE fails, BAC would do.
    printf '\x31\x14\x30\x12\x06\x0A\x04\x00\x7F\x00\x07\x02\x02\x04\x06\x02\x02\x01\x02\x02\x01\x0D' >dump/EF_CardAccess.bin
    "$cicada" sim --card odd.card --from dump --vpcd 127.0.0.1:1 >/dev/null 2>&1 || true
    open_odd() { "$cicada" read --card odd.card --mrz "$(cat "cards/$number.mrz")" --trust pki "$@"; }
    expect 1 "--allow-bac" open_odd --out closed
    [ ! -e closed/DG1.bin ] || fail "BAC was used, and nobody allowed it"
    expect 1 "deviation: bac-after-failed-pace" open_odd --allow-bac
    grep -qE "passed +access" out.txt || fail "BAC does not open it"
    expect 1 "bac-after-failed-pace" open_odd --allow-bac --strict
    grep -qE "FAILED +access" out.txt || fail "the strict policy takes BAC after a failed PACE"
    ;;
  records)
    country
    expect 1 "records in 23 = cards out 2 + refused 21" "$cicada" issue --records "$samples/refused.jsonl" --profile "$profile" --pki pki --sim cards
    expect 0 "records in 8 = cards out 8 + refused 0" "$cicada" issue --records "$samples/citizens.jsonl" --profile "$profile" --pki pki --sim cards8
    expect 1 "N02" "$cicada" issue --records "$samples/citizens.jsonl" --profile "$profile" --pki pki --sim cards8
    expect 0 "**" "$cicada" issue --records "$samples/citizens.jsonl" --profile "$profile" --pki pki --dry-run
    ;;
  json)
    country
    "$cicada" issue --records "$samples/refused.jsonl" --profile "$profile" --pki pki --sim cards --json >issue.json || true
    validate "$root/docs/schemas/issue-report.schema.json" issue.json
    rm -rf cards
    issue
    read_card --trust pki --out dump --json >result.json
    validate "$root/docs/schemas/read-result.schema.json" result.json
    validate "$root/docs/schemas/verdict.schema.json" dump/verdict.json
    while read -r line; do
      printf '%s' "$line" >record.json
      validate "$root/personalization-scripts/schemas/dossier.schema.json" record.json
    done < <(cat "$samples/citizens.jsonl" "$samples/passports.jsonl")
    ;;
  withheld_photo)
    country
    issue
    read_card --out untrusted >/dev/null 2>&1 || true
    [ -s untrusted/portrait.jpg ] || fail "there is no portrait of a card whose hashes are right"
    [ ! -e untrusted/portrait.png ] || fail "a portrait was decoded without a trusted CSCA"
    read_card --trust pki --out dump >/dev/null
    [ "$(head -c 4 dump/portrait.png | tail -c 3)" = PNG ] || fail "portrait.png is no PNG"
    rm dump/DG14.bin dump/DG15.bin # the copy has none of the keys
    head -c 1500 dump/DG2.bin >short.bin && mv short.bin dump/DG2.bin
    "$cicada" sim --card short.card --from dump --vpcd 127.0.0.1:1 >/dev/null 2>&1 || true
    expect 1 "verdict: incomplete" "$cicada" read --card short.card --mrz "$(cat "cards/$number.mrz")" --trust pki --out dump
    ! ls dump/portrait.* >/dev/null 2>&1 || fail "the portrait of an earlier read stayed behind"
    ;;
  shown)
    # The specimens of tests/vectors, file by file, and pictures of other programs.
    /usr/bin/python3 - "$root/tests/vectors" <<'PY'
import json, sys
vectors = {v["id"]: v["data"] for v in json.load(open(sys.argv[1] + "/lds_files.json"))["vectors"]}
specimen = vectors["bsi2008-sod"]
files = {"com": specimen["ef_com"], "sod": specimen["ef_sod"], "dg1": specimen["dg1"], "dg14": specimen["dg14"],
         "dg15": specimen["dg15"], "dg11": vectors["dg11-example"]["hex"], "dg16": vectors["dg16-example"]["hex"],
         "dg5": "650A0201015F4004FFD8FFE0", "dg6": "6603530101", "dg8": "68050201015300", "dg12": "6C0B5C025F195F190456494554",
         "dg3": "63107F61030201005308" + "A1" * 8, "dg7": "6703020100"}
for picture in json.load(open(sys.argv[1] + "/portraits.json"))["pictures"]:
    files[picture["id"]] = picture["hex"]
for name, octets in files.items():
    open(name, "wb").write(bytes.fromhex(octets))
PY
    for known in "com:LDS version: 0107" "sod:content type" "dg1:MUSTERMANN" "dg14:terminal authentication" "dg15:1024 bits" \
      "dg11:5F13 profession: TRAVEL<AGENT" "dg16:person 2 of 2" "dg5:JPEG, 4 octets" "dg6:object 53: 01" \
      "dg8:number of features: 1" "dg12:5F19 issuing authority: VIET" "dg3:no template" "dg7:cannot be read as one" \
      "jpeg:size: 40 x 56 pixels" "jp2-lossless:size: 40 x 56 pixels"; do
      expect 0 "${known#*:}" "$cicada" show "${known%%:*}"
    done
    ;;
  two_runs)
    country
    "$cicada" issue --records "$samples/citizens.jsonl" --profile "$profile" --pki pki --sim cards >/dev/null &
    first=$!
    until [ -d cards ]; do sleep 0.01; done
    sleep 0.05
    expect 3 "another run makes cards" "$cicada" issue --records "$samples/citizens.jsonl" --profile "$profile" --pki pki --sim cards
    wait $first || fail "the first run was disturbed"
    ;;
  odd_files)
    country
    mkfifo pipe
    expect 2 "not a regular file" timeout 10 "$cicada" show pipe
    expect 2 "empty value" "$cicada" verify --sod x --trust ""
    : >pki/ds.key
    expect 2 "the key file is empty" "$cicada" issue --records "$samples/citizens.jsonl" --profile "$profile" --pki pki --sim cards
    ;;
  killed)
    country
    "$cicada" issue --records "$samples/citizens.jsonl" --profile "$profile" --pki pki --sim cards >/dev/null &
    issuing=$!
    until ls cards/*.card >/dev/null 2>&1; do kill -0 $issuing 2>/dev/null || break; done
    kill -KILL $issuing 2>/dev/null || true
    wait $issuing 2>/dev/null || true
    "$cicada" issue --records "$samples/citizens.jsonl" --profile "$profile" --pki pki --sim cards >again.txt 2>&1 || true
    [ "$(ls cards/*.card | wc -l)" = 8 ] || fail "not every record has its one card"
    ! ls cards/*.unfinished >/dev/null 2>&1 || fail "something unfinished stayed behind"
    for card in cards/*.card; do
      number=$(basename "$card" .card)
      read_card --trust pki >/dev/null || fail "$card does not verify"
    done
    ;;
  disk_full)
    unshare -m true 2>/dev/null || exit 77
    country
    sed -n 4p "$samples/citizens.jsonl" | sed "s#portraits/#$samples/portraits/#" >one.jsonl
    mkdir small
    cat >inside.sh <<INSIDE
mount -t tmpfs -o size=16k tmpfs small
"$cicada" issue --records one.jsonl --profile "$profile" --pki pki --sim small/cards; code=\$?
ls small/cards
exit \$code
INSIDE
    expect 3 "records in 1 = cards out 0 + refused 0 + failed 1" unshare -m bash inside.sh
    ! grep -q '\.card$' <(tail -n 3 out.txt) || fail "a card that is not whole has a good name"
    ;;
  wrong_use)
    expect 2 "" "$cicada"
    expect 2 "" "$cicada" frobnicate
    expect 2 "" "$cicada" read --card x
    expect 2 "" "$cicada" read --card x --mrz y --doc z
    expect 2 "" "$cicada" read --card x --can 123456 --bac
    expect 2 "" "$cicada" read --card x --can 123456 --birth 950421 --expiry 350421
    expect 2 "" "$cicada" read --card x --id 001095987563 --birth 950421
    expect 2 "six digits" "$cicada" read --card x --can 12345
    expect 2 "twelve digits" "$cicada" read --card x --id 12345
    expect 2 "birth" "$cicada" read --card x --id 001095987563 --bac
    expect 0 "Exit codes" "$cicada" --help
    expect 3 "pcscd" env PCSCLITE_CSOCK_NAME="$work/none" "$cicada" readers
    expect 3 "pcscd" env PCSCLITE_CSOCK_NAME="$work/none" "$cicada" read --reader Nope --id 001095987563 --birth 950421 --expiry 350421
    ;;
  *) fail "no such case: $name" ;;
esac
