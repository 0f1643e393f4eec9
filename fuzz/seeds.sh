#!/bin/bash
# Inputs to start fuzzing from: made by the openssl command line and taken from tests/vectors.
#   fuzz/seeds.sh CORPUS_DIR
set -euo pipefail

corpus=${1:?usage: fuzz/seeds.sh CORPUS_DIR}
vectors=$(cd "$(dirname "$0")/../tests/vectors" && pwd)
mkdir -p "$corpus"/asn1_{tlv,certificate,crl,cms,lds_security_object,security_infos,cv_certificate,lists}
mkdir -p "$corpus"/conformance_terminal_{answer,command}
mkdir -p "$corpus"/conformance_record
mkdir -p "$corpus"/host_{lds_details,lds_dg2,lds_dg3,lds_dg4,image_decode}
corpus=$(cd "$corpus" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# field NAME [FILE]: the octets of a hexadecimal field of the LDS vectors, or of another file's
field() {
  local hex
  hex=$(grep -o "\"$1\": *\"[0-9A-Fa-f]*\"" "$vectors/${2:-lds_files}.json" | head -1 | cut -d'"' -f4)
  # shellcheck disable=SC2059  # the format is made of \x escapes
  printf "$(sed 's/../\\x&/g' <<<"$hex")"
}

cat >cnf <<'CONFIG'
[req]
distinguished_name = dn
[dn]
[ca]
default_ca = list
[list]
database = index
crlnumber = number
default_md = sha256
default_crl_days = 90
crl_extensions = keyid
[keyid]
authorityKeyIdentifier = keyid:always
[full]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
extendedKeyUsage = 2.23.136.1.1.3
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
subjectAltName = email:a@example.vn, dirName:place
crlDistributionPoints = URI:http://example.vn/a.crl
2.5.29.16 = ASN1:SEQUENCE:period
2.23.136.1.1.6.2 = DER:300C020100310713014913024944
[place]
L = VNM
[period]
begin = IMPLICIT:0, GENERALIZEDTIME:20240101000000Z
end = IMPLICIT:1, GENERALIZEDTIME:20290101000000Z
CONFIG
printf 'R\t351231235959Z\t240101000000Z,keyCompromise\t00F1\tunknown\t/CN=a\n' >index
echo 01 >number
head -c 1500 /dev/zero >content

# certificate NAME OPTIONS...: a key and a self-signed certificate
certificate() {
  local name=$1
  shift
  openssl req -x509 -new -nodes -days 365 -config cnf -extensions full -subj "/C=VN/CN=$name" -keyout "$name.key" \
    -out "$name.crt" "$@"
  openssl x509 -in "$name.crt" -outform DER -out "$corpus/asn1_certificate/$name"
}

{
  certificate explicit -newkey ec -pkeyopt ec_paramgen_curve:brainpoolP256r1 -pkeyopt ec_param_enc:explicit
  certificate named -newkey ec -pkeyopt ec_paramgen_curve:P-256
  certificate rsa -newkey rsa:2048 -sigopt rsa_padding_mode:pss
  for kind in "" -stream -keyid -noattr; do
    # shellcheck disable=SC2086  # an empty kind is no argument
    openssl cms -sign -binary -nodetach $kind -econtent_type 2.23.136.1.1.1 -signer named.crt -inkey named.key \
      -in content -outform DER -out "$corpus/asn1_cms/openssl$kind"
  done
  openssl ca -config cnf -gencrl -cert named.crt -keyfile named.key -out crl.pem
  openssl crl -in crl.pem -outform DER -out "$corpus/asn1_crl/one"
} 2>/dev/null

field ef_sod >"$corpus/asn1_tlv/sod"
field dg14 >"$corpus/asn1_tlv/dg14"
field ds_cert >"$corpus/asn1_certificate/bsi"
field lds_security_object >"$corpus/asn1_lds_security_object/bsi"
field ef_sod | tail -c +5 >"$corpus/asn1_cms/bsi"
field dg14 | tail -c +5 >"$corpus/asn1_security_infos/dg14"
field ef_cardaccess tr03110_eac2_worked_examples >"$corpus/asn1_security_infos/card_access"
field ef_cardsecurity tr03110_eac2_worked_examples >"$corpus/asn1_cms/card_security"
for name in cvca dv is; do field $name cv_certificates >"$corpus/asn1_cv_certificate/$name"; done
for name in cvca_cert terminal_cert; do
  field $name tr03110_eac2_worked_examples >"$corpus/asn1_cv_certificate/$name"
done
printf '\x30\x0B\x02\x01\x00\x31\x06\x30\x04\x30\x00\x31\x00' >"$corpus/asn1_lists/deviations"
printf '\x30\x09\x02\x01\x00\x31\x04\x30\x00\x30\x00' >"$corpus/asn1_lists/master"
python3 - "$vectors" "$corpus" <<'PY'
import json, sys
vectors, corpus = sys.argv[1:]
for one in json.load(open(vectors + "/lds_files.json"))["vectors"]:
    if one["id"] in ("dg11-example", "dg16-example"):
        open(f"{corpus}/host_lds_details/{one['id']}", "wb").write(bytes.fromhex(one["data"]["hex"]))
def tlv(tag, *parts):
    content = b"".join(parts)
    length = bytes([len(content)]) if len(content) < 128 else b"\x82" + len(content).to_bytes(2, "big")
    return bytes.fromhex(tag) + length + content
def group(tag, block_tag, block):
    template = tlv("7F60", tlv("A1", bytes.fromhex("81010287020101")), tlv(block_tag, block))
    return tlv(tag, tlv("7F61", b"\x02\x01\x01", template))
image = bytes.fromhex("FFD8FFE000104A464946")
face = (44).to_bytes(4, "big") + bytes(20) + bytes(8) + image[:4] + bytes(8)
records = {
    "dg2": ("75", b"FAC\0" b"010\0" + (58).to_bytes(4, "big") + b"\0\1" + face),
    "dg3": ("63", b"FIR\0" b"010\0" + (56).to_bytes(6, "big") + b"\0\0\0\0\1" + bytes(13) + (24).to_bytes(4, "big")
            + b"\1\1\1" + bytes(7) + image),
    "dg4": ("76", b"IIR\0" b"010\0" + (69).to_bytes(4, "big") + b"\0\0\1\0\x2d" + bytes(28) + b"\1\0\1" + bytes(7)
            + (10).to_bytes(4, "big") + image),
}
code = bytes.fromhex("800102")
blocks = {
    "dg2": ("65", b"\x80\1\0", tlv("A1", tlv("A0", tlv("A0", tlv("80", image), tlv("A1", tlv("A0", code))))),
            tlv("A2", bytes.fromhex("800207E8810103"))),
    "dg3": ("64", tlv("A0", code), tlv("A1", code), tlv("A2", code), tlv("83", image)),
    "dg4": ("66", b"\x80\1\1", tlv("A1", code), tlv("A7", bytes.fromhex("800207E8810103")), tlv("88", image)),
}
for name, (tag, record) in records.items():
    open(f"{corpus}/host_lds_{name}/record", "wb").write(group(tag, "5F2E", record))
for name, (tag, *elements) in blocks.items():
    block = tlv("A1", tlv(tag, bytes.fromhex("A007800103810207E3"), tlv("A1", tlv("30", *elements))))
    open(f"{corpus}/host_lds_{name}/block", "wb").write(group(records[name][0], "7F2E", block))
for one in json.load(open(vectors + "/portraits.json"))["pictures"]:
    open(f"{corpus}/host_image_decode/{one['id']}", "wb").write(bytes.fromhex(one["hex"]))
PY

# A protected answer behind the octet that says how to look at it, and a command of each kind of length.
(printf '\x00'; field protected_rapdu icao9303_11_appD_bac_sm) >"$corpus/conformance_terminal_answer/appendix-d4"
field protected_capdu icao9303_11_appD_bac_sm >"$corpus/conformance_terminal_command/short"
printf '\x00\xD6\x00\x00\x00\x00\x02\xAA\xBB\x00\x00' >"$corpus/conformance_terminal_command/extended"

# A line of a journal.
cat >"$corpus/conformance_record/line" <<'LINE'
{"id":"U_1","unit":"U","title":"","clause":"","expectation":"","basis":"printed","basis_note":"","needs":["BAC","CA|PACE"],"repetition":0,"verdict":"fail","reason":"","state_afterwards":"","microseconds":1,"exchanges":[{"command":"00A4","response":"9000","plain_command":"00","plain_response":"90","note":"x"}]}
LINE
echo "seeds in $corpus"
