// AES-256-GCM against published values, and every way of getting it wrong.
#include "cicada/crypto/openssl/gcm.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using namespace cicada::crypto::openssl;
using base::Bytes;
using base::Fault;

namespace {

// McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, test case 16; also in NIST's GCM test vectors.
struct Case16 {
  Bytes key = "FEFFE9928665731C6D6A8F9467308308FEFFE9928665731C6D6A8F9467308308"_hex;
  Bytes nonce = "CAFEBABEFACEDBADDECAF888"_hex;
  Bytes associated = "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"_hex;
  Bytes plain =
      "D9313225F88406E5A55909C5AFF5269A86A7A9531534F7DA2E4C303D8A318A721C3C0C95956809532FCF0E2449A6B525B16AEDF5AA0DE657BA637B39"_hex;
  Bytes cipher =
      "522DC1F099567D07F47F37A32A84427D643A8CDCBFE5C0C97598A2BD2555D1AA8CB08E48590DBB3DA7B08B1056828838C5F61E6393BA7A0ABCC9F662"_hex;
  Bytes tag = "76FC6ECE0F4E1768CDDF8853BB2D551B"_hex;
};

}  // namespace

TEST_GROUP(Gcm) {
  Case16 known;
  Bytes tag = Bytes(kGcmTagSize);
};

TEST(Gcm, gives_the_published_ciphertext_and_tag) {
  auto data = known.plain;
  CHECK_OK(encrypt_gcm(known.key, known.nonce, known.associated, data, tag));
  CHECK_BYTES(known.cipher, data);
  CHECK_BYTES(known.tag, tag);
}

TEST(Gcm, brings_the_plaintext_back) {
  auto data = known.cipher;
  CHECK_OK(decrypt_gcm(known.key, known.nonce, known.associated, data, known.tag));
  CHECK_BYTES(known.plain, data);
}

TEST(Gcm, authenticates_without_any_data) {
  Bytes nothing;
  CHECK_OK(encrypt_gcm(known.key, known.nonce, {}, nothing, tag));
  CHECK_OK(decrypt_gcm(known.key, known.nonce, {}, nothing, tag));
  CHECK_FAULT(Fault::security, decrypt_gcm(known.key, known.nonce, "00"_hex, nothing, tag));
}

TEST(Gcm, shows_nothing_that_is_not_authentic) {
  for (Bytes* changed : {&known.key, &known.nonce, &known.associated, &known.cipher, &known.tag}) {
    changed->back() ^= 0x80;
    auto data = known.cipher;
    CHECK_FAULT(Fault::security, decrypt_gcm(known.key, known.nonce, known.associated, data, known.tag));
    CHECK_BYTES(Bytes(data.size()), data);
    changed->back() ^= 0x80;
  }
}

TEST(Gcm, refuses_keys_nonces_and_tags_of_another_size) {
  auto data = known.plain;
  const base::ByteView key{known.key};
  const base::ByteView nonce{known.nonce};
  const base::MutableByteView short_tag = base::MutableByteView{tag}.first(12);
  CHECK_FAULT(Fault::bad_input, encrypt_gcm(key.first(16), nonce, {}, data, tag));
  CHECK_FAULT(Fault::bad_input, encrypt_gcm(key, nonce.first(8), {}, data, tag));
  CHECK_FAULT(Fault::bad_input, encrypt_gcm(key, nonce, {}, data, short_tag));
  CHECK_FAULT(Fault::bad_input, decrypt_gcm(key, nonce, {}, data, short_tag));
  CHECK_BYTES(known.plain, data);
}
