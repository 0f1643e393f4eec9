#include "active_key.h"

#include <algorithm>
#include <array>

#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/asn1/tlv.h"

namespace cicada::conformance::procedures {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using crypto::openssl::EcPublicKey;
using crypto::openssl::HashAlgorithm;
using crypto::openssl::RsaPublicKey;
namespace oids = asn1::oids;

namespace {

constexpr asn1::Tag kDg14 = 0x6E;
constexpr asn1::Tag kDg15 = 0x6F;
/// 01 (signature), 1 (partial recovery), 0, 1010: padded so that it has the length of the modulus.
constexpr std::uint8_t kHeader = 0x6A;

std::unexpected<base::Error> no_signature(base::Literal what) {
  return base::fail({.fault = Fault::security, .what = what, .clause = "9303-11 §6.1.2.2"});
}

std::optional<crypto::openssl::Curve> curve_of(const asn1::EcPublicKeyNumbers& numbers) {
  if (numbers.named_curve) return crypto::openssl::curve_by_oid(numbers.named_curve->to_dotted());
  const auto& given = numbers.parameters;
  if (!given) return std::nullopt;
  return crypto::openssl::match_curve({.p = given->p,
                                       .a = given->a,
                                       .b = given->b,
                                       .generator = given->generator,
                                       .order = given->order,
                                       .cofactor = given->cofactor});
}

std::optional<HashAlgorithm> hash_of(const asn1::Oid& signature_algorithm) {
  if (signature_algorithm == oids::kEcdsaPlainSha224) return HashAlgorithm::sha224;
  if (signature_algorithm == oids::kEcdsaPlainSha256) return HashAlgorithm::sha256;
  if (signature_algorithm == oids::kEcdsaPlainSha384) return HashAlgorithm::sha384;
  if (signature_algorithm == oids::kEcdsaPlainSha512) return HashAlgorithm::sha512;
  return std::nullopt;
}

struct Trailer {
  HashAlgorithm hash;
  std::size_t size;
};

/// BC: SHA-1; xx CC: the hash with this number in ISO/IEC 10118.
std::optional<Trailer> trailer_of(ByteView representative) {
  if (representative.back() == 0xBC) return Trailer{.hash = HashAlgorithm::sha1, .size = 1};
  if (representative.back() != 0xCC) return std::nullopt;
  constexpr std::array kHashes = {std::pair{0x33, HashAlgorithm::sha1}, std::pair{0x34, HashAlgorithm::sha256},
                                  std::pair{0x35, HashAlgorithm::sha512}, std::pair{0x36, HashAlgorithm::sha384},
                                  std::pair{0x38, HashAlgorithm::sha224}};
  const auto number = representative[representative.size() - 2];
  const auto* const known = std::ranges::find(kHashes, number, &std::pair<int, HashAlgorithm>::first);
  if (known == kHashes.end()) return std::nullopt;
  return Trailer{.hash = known->second, .size = 2};
}

/// n - value, both as long as n.
Bytes complement(ByteView modulus, ByteView value) {
  Bytes out(value.size());
  unsigned borrow = 0;
  for (auto i = value.size(); i-- > 0;) {
    const unsigned difference = 0x100U + modulus[i] - value[i] - borrow;
    out[i] = static_cast<std::uint8_t>(difference);
    borrow = difference < 0x100U ? 1 : 0;
  }
  return out;
}

}  // namespace

Result<ActiveKey> ActiveKey::from_dg15(ByteView dg15) {
  CICADA_TRY(const auto file, asn1::read_only(dg15, kDg15));
  CICADA_TRY(const auto info, asn1::parse_public_key_info(file.value));
  ActiveKey key;
  if (const auto rsa = asn1::parse_rsa_public_key(info)) {
    CICADA_TRY(auto made, RsaPublicKey::create(rsa->modulus, rsa->exponent));
    key.key_ = Rsa{.key = std::move(made), .modulus = rsa->modulus};
    return key;
  }
  CICADA_TRY(const auto numbers, asn1::parse_ec_public_key(info));
  const auto curve = curve_of(numbers);
  if (!curve) return base::fail({.fault = Fault::unsupported, .what = "a curve that is not standardized"});
  CICADA_TRY(auto made, EcPublicKey::create(*curve, numbers.point));
  key.key_ = std::move(made);
  return key;
}

std::size_t ActiveKey::signature_size() const noexcept {
  if (const auto* rsa = std::get_if<Rsa>(&key_)) return rsa->modulus.size();
  const auto* ec = std::get_if<EcPublicKey>(&key_);
  return ec == nullptr ? 0 : 2 * crypto::openssl::order_size(ec->curve());
}

Result<void> ActiveKey::take_hash(ByteView dg14) {
  const auto* const ec = std::get_if<EcPublicKey>(&key_);
  if (ec == nullptr) return base::fail({.fault = Fault::conflict, .what = "the key in DG15 is none of ECDSA"});
  CICADA_TRY(const auto file, asn1::read_only(dg14, kDg14));
  CICADA_TRY(const auto infos, asn1::parse_security_infos(file.value));
  const auto found = infos.all<asn1::ActiveAuthenticationInfo>();
  if (found.empty()) {
    return base::fail({.fault = Fault::not_found, .what = "no ActiveAuthenticationInfo", .clause = "9303-11 §9.2.4"});
  }
  const auto hash = hash_of(found.front().info->signature_algorithm);
  if (!hash) {
    return base::fail({.fault = Fault::unsupported,
                       .what = "ActiveAuthenticationInfo names no hash that is allowed",
                       .clause = "9303-11 §6.1.2.3"});
  }
  if (crypto::openssl::hash_size(*hash) > crypto::openssl::order_size(ec->curve())) {
    return base::fail(
        {.fault = Fault::bad_input, .what = "the hash is longer than the key", .clause = "9303-11 §6.1.2.3"});
  }
  hash_ = hash;
  return {};
}

Result<void> ActiveKey::verify(ByteView challenge, ByteView signature) const {
  const auto* const ec = std::get_if<EcPublicKey>(&key_);
  if (ec == nullptr || !hash_) return base::fail({.fault = Fault::conflict, .what = "no key of ECDSA with its hash"});
  CICADA_TRY(const auto digest, crypto::openssl::hash(*hash_, challenge));
  return ec->verify_plain(digest, signature);
}

Result<Bytes> ActiveKey::recover(ByteView challenge, ByteView signature) const {
  const auto* const rsa = std::get_if<Rsa>(&key_);
  if (rsa == nullptr) return base::fail({.fault = Fault::conflict, .what = "the key in DG15 is none of RSA"});
  CICADA_TRY(auto representative, rsa->key.recover(signature));
  // The lower half of the numbers below n is what the alternative signature production gives (ISO/IEC 9796-2 B.4).
  if ((representative.back() & 0x0FU) != 0x0C) representative = complement(rsa->modulus, representative);
  const auto trailer = trailer_of(representative);
  if (!trailer) return no_signature("the recovered message has no known trailer");
  const auto hash_size = crypto::openssl::hash_size(trailer->hash);
  if (representative.front() != kHeader || representative.size() < 1 + hash_size + trailer->size) {
    return no_signature("the recovered message does not begin with 6A");
  }
  const auto body = ByteView{representative}.subspan(1, representative.size() - 1 - trailer->size);
  const auto m1 = body.first(body.size() - hash_size);
  CICADA_TRY(const auto expected, crypto::openssl::hash(trailer->hash, base::concat({m1, challenge})));
  if (!base::equal(expected, body.last(hash_size))) return no_signature("the hash over M1 and RND.IFD is another one");
  return base::to_bytes(m1);
}

}  // namespace cicada::conformance::procedures
