#!/usr/bin/env bash
# CV certificates with OpenPACE's cvc-print and cvc-create as judges: cvc.sh CICADA CASE.
#
# What OpenPACE 1.1.2 does otherwise than 9303-11 and TR-03110-3, and is therefore not asked of it:
# - it signs RSA-PSS with the longest salt instead of one as long as the hash (case their_pss proves it);
# - over P-521 it now and then leaves out leading zeros of r and s, so that the signature is too short;
# - it wants its trust anchors in files named by their reference, and answers 0 for a certificate that does not verify.
set -euo pipefail
source "$(dirname "$0")/../../support/cases.sh"
command -v cvc-print >/dev/null && command -v cvc-create >/dev/null || { echo "skipped: no openpace"; exit 77; }
spoil() { # FROM TO: the same but for the last octet, which is one of the signature
  head -c -1 "$1" >"$2"
  printf "\\$(printf %o $((($(tail -c 1 "$1" | od -An -tu1) + 1) % 256)))" >>"$2"
}
key() { # NAME ALGORITHM-OPTIONS...: a private key as cvc-create wants it
  local file=$1
  shift
  openssl genpkey "$@" -outform DER -out "$file" 2>/dev/null
}
their_cvca() { # NAME KEY SCHEME
  cvc-create --role=cvca --type=is --chr="DE$1" --expires=491231 --sign-with="$2" --scheme="$3" --read-finger --read-iris \
    --out-cert="$1.cvcert" >/dev/null 2>&1 || fail "cvc-create makes no $3"
}
octets() { # VECTOR-FILE ID FIELD: a vector as a file
  /usr/bin/python3 - "$root/tests/vectors/$1.json" "$2" "$3" <<'PY'
import json, sys
vectors = json.load(open(sys.argv[1]))['vectors']
data = next(v['data'] for v in vectors if v['id'] == sys.argv[2])
sys.stdout.buffer.write(bytes.fromhex(data[sys.argv[3]]))
PY
}

case $name in
  ours_*)
    "$cicada" pki init --algorithm "${name#ours_}" pki >/dev/null
    mkdir anchors
    cp pki/cvca.cvcert anchors/VNCVCATEST00001
    cp pki/dv.cvcert anchors/VNDVTEST00001
    for holder in cvca dv is; do
      expect 0 "certificate verified" cvc-print --cvc-dir="$PWD/anchors" -c "pki/$holder.cvcert"
    done
    expect 0 "Read fingerprint" cvc-print --cvc-dir="$PWD/anchors" -c pki/is.cvcert
    # One octet changed: they see it as well.
    spoil pki/is.cvcert spoilt.cvcert
    expect 0 "certificate not verified" cvc-print --cvc-dir="$PWD/anchors" -c spoilt.cvcert
    ;;
  our_requests)
    "$cicada" pki init pki >/dev/null
    "$cicada" pki cvc request --holder VNISTEST00002 --authority VNDVTEST00001 --new-key is2.key --out is2.cvreq >/dev/null
    [ "$(stat -c %a is2.key)" = 600 ] || fail "the new key is not for its owner only"
    expect 0 "certificate request verified" cvc-print -r is2.cvreq
    "$cicada" pki cvc sign --request is2.cvreq --authority pki/dv.cvcert --key pki/dv.key --role terminal --rights dg3 \
      --until 2049-12-31 --out is2.cvcert >/dev/null
    mkdir anchors
    cp pki/cvca.cvcert anchors/VNCVCATEST00001
    cp pki/dv.cvcert anchors/VNDVTEST00001
    expect 0 "certificate verified" cvc-print --cvc-dir="$PWD/anchors" -c is2.cvcert
    expect 0 "rights: DG3 (01)" "$cicada" pki cvc print is2.cvcert pki/dv.cvcert pki/cvca.cvcert
    # A new CVCA key, vouched for by the old one: a link certificate.
    "$cicada" pki cvc request --holder VNCVCATEST00002 --authority VNCVCATEST00001 --new-key next.key \
      --outer-key pki/cvca.key --outer-authority VNCVCATEST00001 --out next.cvreq >/dev/null
    expect 2 "--vouched-by" "$cicada" pki cvc sign --request next.cvreq --authority pki/cvca.cvcert --key pki/cvca.key \
      --role cvca --rights dg3,dg4 --until 2049-12-31 --out next.cvcert
    "$cicada" pki cvc sign --request next.cvreq --vouched-by pki/cvca.cvcert --authority pki/cvca.cvcert --key pki/cvca.key \
      --role cvca --rights dg3,dg4 --until 2049-12-31 --out next.cvcert >/dev/null
    expect 0 "certificate verified" cvc-print --cvc-dir="$PWD/anchors" -c next.cvcert
    # The new key signs for itself.
    "$cicada" pki cvc request --holder VNCVCATEST00002 --key next.key --out self.cvreq >/dev/null
    "$cicada" pki cvc sign --request self.cvreq --key next.key --role cvca --until 2049-12-31 --out self.cvcert >/dev/null
    expect 0 "signature check: verified" "$cicada" pki cvc print self.cvcert
    ;;
  theirs)
    key ec.der -algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1
    key rsa.der -algorithm RSA -pkeyopt rsa_keygen_bits:2048
    for scheme in ECDSA_SHA_1 ECDSA_SHA_224 ECDSA_SHA_256 ECDSA_SHA_384 ECDSA_SHA_512; do
      their_cvca "EC${scheme##*_}X00001" ec.der "$scheme"
      expect 0 "signature check: verified" "$cicada" pki cvc print "EC${scheme##*_}X00001.cvcert"
    done
    for scheme in RSA_v1_5_SHA_1 RSA_v1_5_SHA_256 RSA_v1_5_SHA_512; do
      their_cvca "RS${scheme##*_}X00001" rsa.der "$scheme"
      expect 0 "signature check: verified" "$cicada" pki cvc print "RS${scheme##*_}X00001.cvcert"
    done
    cvc-create --role=dv_domestic --type=derived_from_signer --chr=DEDV00001 --expires=491231 --sign-with=ec.der \
      --sign-as=EC256X00001.cvcert --scheme=ECDSA_SHA_256 --read-finger --out-cert=dv.cvcert --out-key=dv.pk8 >/dev/null 2>&1
    cvc-create --role=terminal --type=derived_from_signer --chr=DEIS00001 --expires=491231 --sign-with=dv.pk8 \
      --sign-as=dv.cvcert --scheme=ECDSA_SHA_256 --read-finger --out-cert=is.cvcert --out-key=is.pk8 >/dev/null 2>&1
    "$cicada" pki cvc print EC256X00001.cvcert dv.cvcert is.cvcert >out.txt || fail "their chain is not printed"
    [ "$(grep -c 'signature check: verified' out.txt)" = 3 ] || { cat out.txt >&2; fail "their chain does not verify"; }
    spoil is.cvcert spoilt.cvcert
    expect 0 "signature check: WRONG" "$cicada" pki cvc print spoilt.cvcert dv.cvcert EC256X00001.cvcert
    ;;
  their_pss)
    key rsa.der -algorithm RSA -pkeyopt rsa_keygen_bits:2048
    their_cvca PSSX00001 rsa.der RSA_PSS_SHA_256
    expect 0 "signature check: WRONG" "$cicada" pki cvc print PSSX00001.cvcert
    # OpenSSL is of the same opinion: the salt is the longest, not 32 octets.
    /usr/bin/python3 - PSSX00001.cvcert <<'PY'
import sys
raw = open(sys.argv[1], 'rb').read()
start = raw.index(b'\x7f\x4e\x82')
end = start + 5 + int.from_bytes(raw[start + 3:start + 5], 'big')
open('body', 'wb').write(raw[start:end])
open('signature', 'wb').write(raw[-256:])
PY
    openssl pkey -inform DER -in rsa.der -pubout -out rsa.pub
    verify() { openssl dgst -sha256 -verify rsa.pub -sigopt rsa_padding_mode:pss -sigopt "rsa_pss_saltlen:$1" -signature signature body; }
    verify digest >/dev/null 2>&1 && fail "the salt is as long as the hash after all: OpenPACE has changed"
    verify max >/dev/null 2>&1 || fail "the signature is something else again"
    ;;
  misuse)
    "$cicada" pki init pki >/dev/null
    request="$cicada pki cvc request"
    sign="$cicada pki cvc sign --until 2049-12-31"
    expect 2 "either --key FILE or --new-key FILE" $request --holder VNIS00001 --out a.cvreq
    expect 2 "is required" $request --key pki/is.key --out a.cvreq
    expect 2 "no such file" $request --holder VNIS00001 --key nowhere.key --out a.cvreq
    expect 2 "1 to 16 characters" $request --holder VNISTESTTEST00001 --key pki/is.key --out a.cvreq
    $request --holder VNIS00001 --key pki/is.key --out is.cvreq >/dev/null
    expect 2 "there is such a file already" $request --holder VNIS00001 --key pki/is.key --out is.cvreq
    expect 2 "there is such a file already" $request --holder VNIS00001 --new-key pki/is.key --out b.cvreq
    expect 2 "may not sign for this role" $sign --request is.cvreq --authority pki/cvca.cvcert --key pki/cvca.key --role terminal --out a.cvcert
    expect 2 "may not sign for this role" $sign --request is.cvreq --authority pki/is.cvcert --key pki/is.key --role terminal --out a.cvcert
    expect 2 "does not belong" $sign --request is.cvreq --authority pki/dv.cvcert --key pki/cvca.key --role terminal --out a.cvcert
    expect 2 "signs itself" $sign --request is.cvreq --key pki/cvca.key --role cvca --out a.cvcert
    expect 2 "only a CVCA signs for itself" $sign --request is.cvreq --key pki/is.key --role terminal --out a.cvcert
    expect 2 "would end before it begins" "$cicada" pki cvc sign --from 2030-01-01 --until 2029-12-31 --request is.cvreq --authority pki/dv.cvcert --key pki/dv.key --role terminal --out a.cvcert
    expect 2 "--until" "$cicada" pki cvc sign --until tomorrow --request is.cvreq --authority pki/dv.cvcert --key pki/dv.key --role terminal --out a.cvcert
    expect 2 "pki/csca.crt" "$cicada" pki cvc print pki/csca.crt
    [ ! -e a.cvcert ] && [ ! -e a.cvreq ] || fail "something was written all the same"
    # A request that was changed on its way.
    cp is.cvreq spoilt.cvreq
    printf '\x58' | dd of=spoilt.cvreq bs=1 seek=$(($(grep -abo VNIS00001 is.cvreq | sed -n 1p | cut -d: -f1) + 4)) conv=notrunc status=none
    "$cicada" pki cvc sign --until 2049-12-31 --request spoilt.cvreq --authority pki/dv.cvcert --key pki/dv.key --role terminal \
      --out a.cvcert >out.txt 2>&1 && fail "a changed request was signed"
    grep -q spoilt.cvreq out.txt || fail "the changed request is not named"
    ;;
  shown)
    "$cicada" pki init pki >/dev/null
    "$cicada" pki cvc request --holder VNIS00002 --key pki/is.key --out plain.cvreq >/dev/null
    "$cicada" pki cvc request --holder VNIS00002 --key pki/is.key --outer-key pki/dv.key --outer-authority VNDVTEST00001 --out outer.cvreq >/dev/null
    octets tr03110_eac2_worked_examples tr03110-pace-ecdh-gm-pin ef_cardaccess >access.bin
    octets tr03110_eac2_worked_examples tr03110-pace-dh-gm-pin ef_cardsecurity >security.bin
    printf '\x61\x09\x4f\x07\xa0\x00\x00\x02\x47\x10\x01' >dir.bin
    printf '\x47\x03\x84\x01\xe0\x7f\x66\x08\x02\x02\x03\xe8\x02\x02\x04\x00' >atr.bin
    { printf '\x42\x0fVNCVCATEST00001'; head -c 19 /dev/zero; } >cvca.bin
    expect 0 "holder: VNISTEST00001" "$cicada" show pki/is.cvcert
    expect 0 "CV certificate request" "$cicada" show plain.cvreq
    expect 0 "vouched for by: VNDVTEST00001" "$cicada" show outer.cvreq
    expect 0 "PACE, ECDH, generic mapping, AES-128" "$cicada" show access.bin
    expect 0 "version 2, domain parameters 13" "$cicada" show access.bin
    expect 0 "chip authentication key, DH" "$cicada" show security.bin
    expect 0 "certificates: 1" "$cicada" show pki/master-list.ml
    expect 0 "application: A0000002471001" "$cicada" show dir.bin
    expect 0 "longest command: 1000 octets" "$cicada" show atr.bin
    expect 0 "trusts: VNCVCATEST00001" "$cicada" show cvca.bin
    ;;
  *) fail "no case $name" ;;
esac
