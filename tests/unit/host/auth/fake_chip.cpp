#include "fake_chip.h"

#include <utility>

#include "cicada/crypto/openssl/hash.h"

namespace cicada::test {

namespace sm = host::sm;

namespace {
const Bytes kEnc(16, 0x11);
const Bytes kMac(16, 0x22);

Bytes zero(bool aes) {
  return Bytes(aes ? 16 : 8, 0);
}
}  // namespace

FakeChip::FakeChip(bool aes) : aes_(aes), sm_(aes, kEnc, kMac, zero(aes)) {}

void FakeChip::change_keys(bool aes, Bytes ks_enc, Bytes ks_mac) {
  next_.emplace(aes, std::move(ks_enc), std::move(ks_mac), zero(aes));
}

host::access::SecureSession FakeChip::session() {
  sm::KsEnc ks_enc{base::SecretBytes::copy_of(kEnc)};
  sm::KsMac ks_mac{base::SecretBytes::copy_of(kMac)};
  const sm::Ssc ssc{zero(aes_).size()};
  auto codec = aes_ ? sm::SecureMessaging::aes(std::move(ks_enc), std::move(ks_mac), ssc)
                    : sm::SecureMessaging::tdes(std::move(ks_enc), std::move(ks_mac), ssc);
  return {plain_session(), std::move(codec).value(), "BAC"};
}

Bytes FakeChip::process(ByteView octets) {
  const auto command = parse_command(octets);
  if ((command.cla & 0x0CU) != 0x0CU) {
    seen_.push_back(command);
    const auto given = script ? script(command) : std::nullopt;
    auto response = plain(given.value_or(Answer{.sw = 0x6D00}));
    if (tamper) tamper(command, response);
    return response;
  }
  return answer(command);
}

Bytes FakeChip::answer(const PlainCommand& command) {
  const auto inner = open_ ? sm_.unwrap(command) : std::nullopt;
  if (!inner) {
    open_ = false;
    return plain({.sw = 0x6988});
  }
  seen_.push_back(*inner);
  const auto given = script ? script(*inner) : std::nullopt;
  auto response = sm_.wrap(given.value_or(Answer{.sw = 0x6D00}), inner->ins % 2 == 1);
  if (next_) sm_ = *std::exchange(next_, std::nullopt);
  if (tamper) tamper(*inner, response);
  return response;
}

Bytes derived_key(ByteView secret, std::uint8_t counter, std::size_t size) {
  using crypto::openssl::HashAlgorithm;
  auto key = crypto::openssl::hash(size == 16 ? HashAlgorithm::sha1 : HashAlgorithm::sha256,
                                   base::concat({secret, Bytes{0, 0, 0, counter}}))
                 .value();
  key.resize(size);
  return key;
}

}  // namespace cicada::test
