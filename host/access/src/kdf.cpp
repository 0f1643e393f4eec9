#include "cicada/host/access/kdf.h"

#include <bit>
#include <utility>

#include "cicada/base/cursor.h"
#include "cicada/crypto/openssl/hash.h"

namespace cicada::host::access {

namespace {

std::size_t size_of(KeyKind kind) {
  switch (kind) {
    case KeyKind::tdes:
    case KeyKind::aes128: return 16;
    case KeyKind::aes192: return 24;
    case KeyKind::aes256: return 32;
  }
  return 16;
}

/// The lowest bit of each octet of a DES key makes the number of ones odd.
void adjust_parity(base::MutableByteView key) {
  for (auto& octet : key) {
    const bool even = std::popcount(static_cast<unsigned>(octet >> 1U)) % 2 == 0;
    octet = static_cast<std::uint8_t>((octet & 0xFEU) | (even ? 1U : 0U));
  }
}

}  // namespace

base::Result<base::SecretBytes> derive_key(base::ByteView shared_secret, KeyKind kind, KeyUse use) {
  using crypto::openssl::HashAlgorithm;
  base::Bytes input;
  input.reserve(shared_secret.size() + 4);
  base::append(input, shared_secret);
  base::append_unsigned(input, std::to_underlying(use), 4);
  const base::SecretBytes wiped_later{std::move(input)};

  const bool large = kind == KeyKind::aes192 || kind == KeyKind::aes256;
  CICADA_TRY(auto digest,
             crypto::openssl::hash(large ? HashAlgorithm::sha256 : HashAlgorithm::sha1, wiped_later.expose()));
  if (kind == KeyKind::tdes) adjust_parity(digest);
  base::wipe(base::MutableByteView{digest}.subspan(size_of(kind)));
  digest.resize(size_of(kind));
  return base::SecretBytes{std::move(digest)};
}

}  // namespace cicada::host::access
