#include "active_key.h"

#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/asn1/tlv.h"
#include "harness.h"
#include "raw_rsa.h"
#include "vectors.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using conformance::procedures::ActiveKey;
using crypto::openssl::Curve;
using crypto::openssl::EcPrivateKey;
using crypto::openssl::HashAlgorithm;
using test::RawRsa;
namespace oids = asn1::oids;
namespace vectors = cicada::tests::vectors;

namespace {

constexpr unsigned kBits = 1024;
const Bytes kChallenge = "F173589974BF40C6"_hex;

Bytes dg15(ByteView info) {
  return asn1::encode_tlv(0x6F, info);
}

ActiveKey rsa_key() {
  const auto& key = RawRsa::of(kBits);
  return ActiveKey::from_dg15(dg15(asn1::encode_rsa_public_key_info(key.modulus(), key.exponent()))).value();
}

/// 6A || M1 || H(M1 || RND.IFD) || trailer, as long as the modulus.
Bytes representative(HashAlgorithm hash, const Bytes& trailer, ByteView challenge = kChallenge) {
  const auto hash_size = crypto::openssl::hash_size(hash);
  const Bytes m1(kBits / 8 - 1 - hash_size - trailer.size(), 0x5A);
  const auto digest = crypto::openssl::hash(hash, concat({m1, challenge})).value();
  return concat({"6A"_hex, m1, digest, trailer});
}

Bytes ec_info(Curve curve, const Bytes& point) {
  return asn1::encode_ec_public_key_info(asn1::Oid::from_dotted(crypto::openssl::curve_oid(curve)).value(), point);
}

Bytes dg14(const asn1::Oid& algorithm) {
  const std::vector<asn1::SecurityInfo> infos = {asn1::make_security_info(
      oids::kAaProtocolObject, asn1::ActiveAuthenticationInfo{.signature_algorithm = algorithm})};
  return asn1::encode_tlv(0x6E, asn1::encode_security_infos(infos));
}

}  // namespace

TEST_GROUP(ActiveKey){};

TEST(ActiveKey, recovers_the_message_of_appendix_F) {
  // The example has no key: its representative is signed with one of our own.
  const auto data = vectors::data("icao9303_11_appF_active_auth.json", "aa-rsa1024-sha1");
  const auto f = vectors::octets(data, "message_representative_F");
  const auto m1 = rsa_key().recover(vectors::octets(data, "rnd_ifd"), RawRsa::of(kBits).power(f));
  CHECK_OK(m1);
  CHECK_BYTES(vectors::octets(data, "M1"), *m1);
}

TEST(ActiveKey, takes_the_hash_that_the_trailer_names) {
  const auto& key = RawRsa::of(kBits);
  const std::pair<HashAlgorithm, Bytes> trailers[] = {
      {HashAlgorithm::sha1, "BC"_hex},     {HashAlgorithm::sha1, "33CC"_hex},   {HashAlgorithm::sha224, "38CC"_hex},
      {HashAlgorithm::sha256, "34CC"_hex}, {HashAlgorithm::sha384, "36CC"_hex}, {HashAlgorithm::sha512, "35CC"_hex}};
  for (const auto& [hash, trailer] : trailers) {
    CHECK_OK(rsa_key().recover(kChallenge, key.power(representative(hash, trailer))));
    const auto other = hash == HashAlgorithm::sha256 ? "36CC"_hex : "34CC"_hex;
    CHECK_FAULT(Fault::security, rsa_key().recover(kChallenge, key.power(representative(hash, other))));
  }
}

TEST(ActiveKey, takes_the_smaller_of_two_signatures_too) {
  const auto& key = RawRsa::of(kBits);
  const auto n = key.modulus();
  const auto s = key.power(representative(HashAlgorithm::sha256, "34CC"_hex));
  Bytes other(n.size());
  int borrow = 0;
  for (auto i = n.size(); i-- > 0;) {
    const int difference = n[i] - s[i] - borrow;
    borrow = difference < 0 ? 1 : 0;
    other[i] = static_cast<std::uint8_t>(difference);
  }
  CHECK_OK(rsa_key().recover(kChallenge, other));
}

TEST(ActiveKey, believes_no_other_signature_of_RSA) {
  const auto& key = RawRsa::of(kBits);
  const auto good = representative(HashAlgorithm::sha256, "34CC"_hex);
  const auto changed = [&](std::size_t at, std::uint8_t value) {
    auto f = good;
    f[at] = value;
    return rsa_key().recover(kChallenge, key.power(f));
  };
  CHECK_FAULT(Fault::security, changed(0, 0x4A));
  CHECK_FAULT(Fault::security, changed(1, 0x5B));
  CHECK_FAULT(Fault::security, changed(good.size() - 3, static_cast<std::uint8_t>(good[good.size() - 3] ^ 1U)));
  CHECK_FAULT(Fault::security, changed(good.size() - 1, 0xBD));
  CHECK_FAULT(Fault::security, changed(good.size() - 2, 0x99));
  auto another = kChallenge;
  another[7] ^= 1U;
  CHECK_FAULT(Fault::security, rsa_key().recover(another, key.power(good)));
  auto signature = key.power(good);
  signature.pop_back();
  CHECK_FAULT(Fault::malformed, rsa_key().recover(kChallenge, signature));
  CHECK_FAULT(Fault::security, rsa_key().recover(kChallenge, Bytes(kBits / 8, 0xFF)));
  CHECK(!rsa_key().recover(kChallenge, Bytes(kBits / 8)));
}

TEST(ActiveKey, believes_no_hash_that_leaves_no_room_in_the_message) {
  // 6A, then fewer octets than SHA-512 has.
  auto f = Bytes(kBits / 8, 0x00);
  f.front() = 0x6A;
  f[f.size() - 2] = 0x35;
  f.back() = 0xCC;
  CHECK_FAULT(Fault::security, rsa_key().recover(kChallenge, RawRsa::of(kBits).power(f)));
}

TEST(ActiveKey, verifies_plain_signatures_of_ECDSA_with_the_hash_of_DG14) {
  const auto secret = EcPrivateKey::generate(Curve::p256).value();
  auto key = ActiveKey::from_dg15(dg15(ec_info(Curve::p256, secret.public_point()))).value();
  LONGS_EQUAL(64, key.signature_size());
  CHECK_FAULT(Fault::conflict, key.verify(kChallenge, Bytes(64)));
  CHECK_OK(key.take_hash(dg14(oids::kEcdsaPlainSha256)));
  const auto digest = crypto::openssl::hash(HashAlgorithm::sha256, kChallenge).value();
  auto signature = secret.sign_plain(digest).value();
  CHECK_OK(key.verify(kChallenge, signature));
  CHECK(!key.verify("0000000000000000"_hex, signature));
  CHECK(!key.verify(kChallenge, secret.sign_der(digest).value()));
  signature.back() ^= 1U;
  CHECK_FAULT(Fault::security, key.verify(kChallenge, signature));
  CHECK_OK(key.take_hash(dg14(oids::kEcdsaPlainSha224)));
  CHECK_FAULT(Fault::security, key.verify(kChallenge, secret.sign_plain(digest).value()));
}

TEST(ActiveKey, takes_no_hash_that_the_standard_forbids) {
  const auto secret = EcPrivateKey::generate(Curve::p224).value();
  auto key = ActiveKey::from_dg15(dg15(ec_info(Curve::p224, secret.public_point()))).value();
  CHECK_OK(key.take_hash(dg14(oids::kEcdsaPlainSha224)));
  CHECK_FAULT(Fault::bad_input, key.take_hash(dg14(oids::kEcdsaPlainSha256)));
  CHECK_FAULT(Fault::unsupported, key.take_hash(dg14(oids::kEcdsaPlainSha1)));
  CHECK_FAULT(Fault::unsupported, key.take_hash(dg14(oids::kEcdsaPlainRipemd160)));
  CHECK_FAULT(Fault::not_found, key.take_hash(asn1::encode_tlv(0x6E, asn1::encode_security_infos({}))));
  CHECK_FAULT(Fault::malformed, key.take_hash("6F00"_hex));
  CHECK_FAULT(Fault::conflict, rsa_key().take_hash(dg14(oids::kEcdsaPlainSha256)));
}

TEST(ActiveKey, takes_no_file_that_holds_no_key) {
  CHECK(!ActiveKey::from_dg15({}));
  CHECK(!ActiveKey::from_dg15("6F00"_hex));
  CHECK(!ActiveKey::from_dg15("6E03300100"_hex));
  auto off_the_curve = EcPrivateKey::generate(Curve::p256).value().public_point();
  off_the_curve.back() ^= 1U;
  CHECK(!ActiveKey::from_dg15(dg15(ec_info(Curve::p256, off_the_curve))));
}

TEST(ActiveKey, of_one_kind_does_nothing_of_the_other) {
  const auto secret = EcPrivateKey::generate(Curve::p256).value();
  const auto ec = ActiveKey::from_dg15(dg15(ec_info(Curve::p256, secret.public_point()))).value();
  CHECK_FAULT(Fault::conflict, ec.recover(kChallenge, Bytes(128)));
  CHECK_FAULT(Fault::conflict, rsa_key().verify(kChallenge, Bytes(128)));
  CHECK_FAULT(Fault::conflict, ActiveKey{}.recover(kChallenge, Bytes(128)));
  LONGS_EQUAL(0, ActiveKey{}.signature_size());
  LONGS_EQUAL(kBits / 8, rsa_key().signature_size());
}
