#include "message_recovery.h"

#include <algorithm>
#include <array>
#include <optional>

#include "cicada/host/auth/deviation.h"

namespace cicada::host::auth {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using crypto::openssl::HashAlgorithm;

namespace {

constexpr std::uint8_t kImplicitTrailer = 0xBC;
constexpr std::uint8_t kExplicitTrailer = 0xCC;
/// The low half of the last octet, in every representative (ISO/IEC 9796-2 §8.1).
constexpr std::uint8_t kLastNibble = 0x0C;
// Header 01, more data 1, then padding: BB ... BA, whose first half octet the header takes.
constexpr std::uint8_t kHeader = 0x6A;
constexpr std::uint8_t kPaddedHeader = 0x6B;
constexpr std::uint8_t kPadding = 0xBB;
constexpr std::uint8_t kPaddingEnd = 0xBA;

struct HashIdentifier {
  std::uint8_t octet;
  HashAlgorithm hash;
};
/// Hash function identifiers of ISO/IEC 10118-3.
constexpr std::array kHashIdentifiers = {
    HashIdentifier{0x33, HashAlgorithm::sha1},   HashIdentifier{0x38, HashAlgorithm::sha224},
    HashIdentifier{0x34, HashAlgorithm::sha256}, HashIdentifier{0x36, HashAlgorithm::sha384},
    HashIdentifier{0x35, HashAlgorithm::sha512},
};

std::unexpected<base::Error> wrong(base::Literal what) {
  return base::fail({.fault = Fault::security, .what = what, .clause = "9303-11 §6.1.2.2"});
}

/// n - x for 0 < x < n, both of one length.
Bytes subtract(ByteView n, ByteView x) {
  Bytes difference(n.size());
  unsigned borrow = 0;
  for (std::size_t i = n.size(); i-- > 0;) {
    const unsigned subtrahend = x[i] + borrow;
    difference[i] = static_cast<std::uint8_t>(n[i] - subtrahend);
    borrow = n[i] < subtrahend ? 1 : 0;
  }
  return difference;
}

struct Trailer {
  std::size_t size;
  HashAlgorithm hash;
};

Result<Trailer> trailer_of(ByteView representative) {
  if (representative.back() == kImplicitTrailer) return Trailer{.size = 1, .hash = HashAlgorithm::sha1};
  if (representative.back() != kExplicitTrailer) return wrong("the recovered message has no trailer");
  const auto identifier = representative[representative.size() - 2];
  const auto* const known = std::ranges::find(kHashIdentifiers, identifier, &HashIdentifier::octet);
  // Not "unsupported": whoever has no key can look for a signature that happens to end like this.
  if (known == kHashIdentifiers.end()) return wrong("the trailer names a hash function that 9303-11 does not have");
  return Trailer{.size = 2, .hash = known->hash};
}

/// Octets before M1. Fails when they are not header and padding.
Result<std::size_t> header_size(ByteView representative) {
  if (representative.front() == kHeader) return 1;
  if (representative.front() != kPaddedHeader) return wrong("the recovered message has another header than 6A");
  for (std::size_t i = 1; i < representative.size(); ++i) {
    if (representative[i] == kPaddingEnd) return i + 1;
    if (representative[i] != kPadding) break;
  }
  return wrong("the padding of the recovered message is wrong");
}

Result<RecoveredSignature> check(ByteView representative, ByteView m2) {
  CICADA_TRY(const auto trailer, trailer_of(representative));
  CICADA_TRY(const auto header, header_size(representative));
  const auto hash_size = crypto::openssl::hash_size(trailer.hash);
  if (representative.size() <= header + hash_size + trailer.size) {
    return wrong("the recovered message has no room for what the chip adds to the challenge");
  }
  const auto body = representative.subspan(header, representative.size() - header - trailer.size);
  const auto m1 = body.first(body.size() - hash_size);
  CICADA_TRY(const auto expected, crypto::openssl::hash(trailer.hash, base::concat({m1, m2})));
  if (!base::equal(expected, body.last(hash_size))) {
    return wrong("the signature is not one over this challenge: the hash differs");
  }
  RecoveredSignature result{.hash = trailer.hash};
  if (header > 1) result.deviations.emplace_back(deviation::kPaddedRepresentative);
  return result;
}

}  // namespace

Result<RecoveredSignature> verify_recovery(const crypto::openssl::RsaPublicKey& key, ByteView modulus, ByteView m2,
                                           ByteView signature) {
  if (key.modulus_bits() != modulus.size() * 8) {
    return base::fail({.fault = Fault::unsupported,
                       .what = "active authentication with a modulus that does not fill its octets",
                       .clause = "9303-11 §6.1.2.2"});
  }
  if (signature.size() != modulus.size()) {
    return base::fail({.fault = Fault::malformed,
                       .what = "the signature is not as long as the modulus",
                       .clause = "9303-11 §6.1.2.2",
                       .at = signature.size()});
  }
  CICADA_TRY(auto representative, key.recover(signature));
  // Production as in annex B.6 gives the representative itself, as in B.4 perhaps its complement. The modulus is odd,
  // so only one of the two can end as a representative does.
  const bool complement = (representative.back() & 0x0FU) != kLastNibble;
  if (complement) representative = subtract(modulus, representative);
  CICADA_TRY(auto result, check(representative, m2));
  if (complement) result.deviations.emplace_back(deviation::kSignatureOfB4);
  return result;
}

}  // namespace cicada::host::auth
