# A SoftHSM2 token with the keys of a country's folder: `source` it after cases.sh. `make_token PKI` writes token.toml, and the
# folder public/ with what stations may know.
make_token() {
  export SOFTHSM2_CONF=$work/softhsm2.conf
  local tool="pkcs11-tool --module /usr/lib/softhsm/libsofthsm2.so --token-label cicada --pin 482915 --login" key size id
  mkdir "$work/tokens" public
  printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$work/tokens" >"$SOFTHSM2_CONF"
  (umask 077 && echo 482915 >pin)
  {
    softhsm2-util --init-token --free --label cicada --so-pin 11223344 --pin 482915
    softhsm2-util --import "$1/ds.key" --token cicada --label ds-1 --id 01 --pin 482915
    while read -r key size id; do
      grep -v '^#' "$1/$key.key" | tr -d ' \n' | sed 's/../\\x&/g' >secret.hex
      printf '%b' "$(<secret.hex)" >secret.bin
      $tool --write-object secret.bin --type secrkey --key-type "AES:$size" --usage-sign --sensitive --label "$key" --id "$id"
      rm secret.bin secret.hex
    done <<<$'transport-master 16 11\njob-master 32 12'
  } >token.txt 2>&1 || { cat token.txt >&2; fail "the token"; }
  cp "$1"/{csca.crt,csca.crl,cvca.cvcert} public/
  cp "$1/ds.crt" ds-1.crt
  kcv() { grep -v '^#' "$1" | cut -c1-10; }
  cat >token.toml <<TOML
[token]
module = "/usr/lib/softhsm/libsofthsm2.so"
label = "cicada"
pin-file = "pin"

[master-keys]
transport = "transport-master"
transport-check = "$(kcv "$1/transport-master.kcv")"
job = "job-master"
job-check = "$(kcv "$1/job-master.kcv")"

[[document-signer]]
key = "ds-1"
certificate = "ds-1.crt"

[country]
trust = "public"
TOML
}
