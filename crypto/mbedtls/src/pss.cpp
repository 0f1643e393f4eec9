#include "pss.h"

#include <algorithm>
#include <array>

namespace cicada::crypto::mbedtls {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;

namespace {

std::unexpected<base::Error> does_not_verify() {
  return base::fail({.fault = Fault::security, .what = "the signature does not verify", .clause = "RFC 8017 §9.1.2"});
}

/// MGF1 (RFC 8017 App. B.2.1), xored into `data`.
Result<void> unmask(HashAlgorithm algorithm, ByteView seed, Bytes& data) {
  CICADA_TRY(auto hasher, Hasher::create(algorithm));
  std::uint8_t counter = 0;  // at most 512 octets of at least 20: the counter stays in its last octet
  for (std::size_t done = 0; done < data.size(); ++counter) {
    CICADA_CHECK(hasher.update(seed));
    CICADA_CHECK(hasher.update(std::array<std::uint8_t, 4>{0, 0, 0, counter}));
    CICADA_TRY(const auto mask, hasher.finish());
    for (std::size_t i = 0; i < mask.size() && done < data.size(); ++i, ++done) data[done] ^= mask[i];
  }
  return {};
}

}  // namespace

Result<void> check_pss_encoding(const PssParameters& parameters, ByteView digest, ByteView encoded,
                                std::size_t modulus_bits) {
  const auto bits = modulus_bits - 1;
  const auto size = (bits + 7) / 8;
  const auto digest_size = hash_size(parameters.hash);
  const std::size_t salt_size = parameters.salt_length;
  if (salt_size + digest_size + 2 > size) {
    return base::fail(
        {.fault = Fault::bad_input, .what = "the PSS salt is too long for the key", .clause = "RFC 8017 §9.1.1"});
  }
  // A modulus of 8k + 1 bits has one octet more than its encodings.
  if (std::ranges::any_of(encoded.first(encoded.size() - size), [](auto octet) { return octet != 0; })) {
    return does_not_verify();
  }
  encoded = encoded.last(size);
  const auto unused = static_cast<std::uint8_t>(~(0xFFU >> (8 * size - bits)));
  if (encoded.back() != 0xBC || (encoded[0] & unused) != 0) return does_not_verify();
  const auto hash = encoded.subspan(size - digest_size - 1, digest_size);
  auto block = base::to_bytes(encoded.first(size - digest_size - 1));
  CICADA_CHECK(unmask(parameters.mgf_hash, hash, block));
  block[0] &= static_cast<std::uint8_t>(~unused);
  const auto padding = ByteView{block}.first(block.size() - salt_size - 1);
  if (std::ranges::any_of(padding, [](auto octet) { return octet != 0; }) || block[padding.size()] != 0x01) {
    return does_not_verify();
  }
  CICADA_TRY(auto hasher, Hasher::create(parameters.hash));
  CICADA_CHECK(hasher.update(std::array<std::uint8_t, 8>{}));
  CICADA_CHECK(hasher.update(digest));
  CICADA_CHECK(hasher.update(ByteView{block}.last(salt_size)));
  CICADA_TRY(const auto expected, hasher.finish());
  return base::equal(expected, hash) ? Result<void>{} : does_not_verify();
}

}  // namespace cicada::crypto::mbedtls
