#include "sm_crypto.h"

namespace cicada::conformance::terminal {

using base::Bytes;
using base::ByteView;
using base::Result;
using crypto::openssl::BlockCipher;
using crypto::openssl::CipherAlgorithm;
using crypto::openssl::Cmac;
using crypto::openssl::RetailMac;
using host::access::KeyKind;

namespace {

CipherAlgorithm algorithm_of(KeyKind kind) noexcept {
  switch (kind) {
    case KeyKind::tdes: return CipherAlgorithm::tdes2;
    case KeyKind::aes128: return CipherAlgorithm::aes128;
    case KeyKind::aes192: return CipherAlgorithm::aes192;
    case KeyKind::aes256: break;
  }
  return CipherAlgorithm::aes256;
}

}  // namespace

std::size_t block_size(KeyKind kind) noexcept {
  return crypto::openssl::block_size(algorithm_of(kind));
}

void increment(Bytes& counter) noexcept {
  for (auto octet = counter.rbegin(); octet != counter.rend(); ++octet) {
    if (++*octet != 0) return;
  }
}

Bytes padded(ByteView data, std::size_t block) {
  auto octets = base::to_bytes(data);
  octets.push_back(0x80);
  octets.resize((data.size() / block + 1) * block);
  return octets;
}

Result<SmCrypto> SmCrypto::create(KeyKind kind, ByteView enc, ByteView mac) {
  const auto algorithm = algorithm_of(kind);
  if (mac.size() != crypto::openssl::key_size(algorithm)) {
    return base::fail({.fault = base::Fault::bad_input, .what = "a MAC key of another size than its cipher's"});
  }
  CICADA_TRY(auto cipher, BlockCipher::create(algorithm, enc));
  const auto block = block_size(kind);
  if (kind == KeyKind::tdes) {
    CICADA_TRY(auto retail, RetailMac::create(mac));
    return SmCrypto{block, std::move(cipher), std::move(retail)};
  }
  CICADA_TRY(auto cmac, Cmac::create(mac));
  return SmCrypto{block, std::move(cipher), std::move(cmac)};
}

Result<Bytes> SmCrypto::initialization_vector(ByteView ssc) const {
  Bytes iv(block_);
  if (std::holds_alternative<Cmac>(mac_)) CICADA_CHECK(cipher_.encrypt_block(ssc, iv));
  return iv;
}

Result<Bytes> SmCrypto::encrypt(ByteView ssc, ByteView blocks) const {
  CICADA_TRY(const auto iv, initialization_vector(ssc));
  Bytes out(blocks.size());
  CICADA_CHECK(cipher_.encrypt_cbc(iv, blocks, out));
  return out;
}

Result<Bytes> SmCrypto::decrypt(ByteView ssc, ByteView blocks) const {
  CICADA_TRY(const auto iv, initialization_vector(ssc));
  Bytes out(blocks.size());
  CICADA_CHECK(cipher_.decrypt_cbc(iv, blocks, out));
  return out;
}

Result<SmCrypto::Checksum> SmCrypto::checksum(ByteView ssc, ByteView header, ByteView objects) const {
  auto input = base::to_bytes(ssc);
  if (!header.empty()) base::append(input, padded(header, block_));
  if (!objects.empty()) base::append(input, padded(objects, block_));
  if (const auto* retail = std::get_if<RetailMac>(&mac_)) return retail->compute({input});
  CICADA_TRY(const auto full, std::get<Cmac>(mac_).compute({input}));
  Checksum cut{};
  std::copy_n(full.begin(), cut.size(), cut.begin());
  return cut;
}

}  // namespace cicada::conformance::terminal
