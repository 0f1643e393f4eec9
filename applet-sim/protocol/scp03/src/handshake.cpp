#include <algorithm>

#include "cicada/applet_sim/protocol/scp03/channel.h"
#include "cicada/base/cursor.h"
#include "cicada/base/secret.h"
#include "derivation.h"

namespace cicada::applet_sim::protocol::scp03 {
namespace {

namespace sw = apdu::sw;
using base::Bytes;
using base::ByteView;
using crypto::mbedtls::BlockCipher;
using crypto::mbedtls::CipherAlgorithm;
using crypto::mbedtls::Cmac;

constexpr std::array<std::uint8_t, 8> kCardManager = {0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00};
constexpr std::size_t kCounterSize = 3;

constexpr std::uint8_t kRmac = 0x20;
constexpr std::uint8_t kRencryption = 0x60;
constexpr std::uint8_t kKnownOptions = 0x71;

Bytes counter_octets(std::uint32_t counter) {
  Bytes octets;
  base::append_unsigned(octets, counter, kCounterSize);
  return octets;
}

base::Result<Bytes> derive_public(const Cmac& key, Constant constant, std::size_t size, ByteView context) {
  CICADA_TRY(const auto octets, derive(key, constant, size, context));
  return base::to_bytes(octets.expose());
}

base::Result<Cmac> derive_mac_key(const Cmac& key, Constant constant, std::size_t size, ByteView context) {
  CICADA_TRY(const auto octets, derive(key, constant, size, context));
  return Cmac::create(octets.expose());
}

base::Result<BlockCipher> derive_cipher_key(const Cmac& key, std::size_t size, ByteView context) {
  CICADA_TRY(const auto octets, derive(key, Constant::s_enc, size, context));
  for (const auto algorithm : {CipherAlgorithm::aes128, CipherAlgorithm::aes192, CipherAlgorithm::aes256}) {
    if (crypto::mbedtls::key_size(algorithm) == size) return BlockCipher::create(algorithm, octets.expose());
  }
  return base::fail({.fault = base::Fault::bad_input, .what = "not a key of AES"});
}

std::unexpected<base::Error> refused(base::Literal what, apdu::StatusWord word) {
  return base::fail({.fault = base::Fault::security, .what = what, .clause = "GPC Amendment D §7.1.2", .sw = word});
}

}  // namespace

base::ByteView card_manager_aid() noexcept {
  return kCardManager;
}

bool Terms::valid() const noexcept {
  // R-ENCRYPTION comes with R-MAC.
  return (option & ~kKnownOptions) == 0 && (option & kRencryption) != (kRencryption ^ kRmac);
}

bool Terms::allows(std::uint8_t level) const noexcept {
  switch (level) {
    case 0x00:
    case 0x01:
    case 0x03: return true;
    case 0x11:
    case 0x13: return (option & kRmac) != 0;
    case kSecurityLevel: return (option & kRencryption) == kRencryption;
    default: return false;
  }
}

base::Result<Handshake> Handshake::begin(const KeysView& keys, const Terms& terms, std::uint32_t sequence_counter,
                                         ByteView aid, ByteView host_challenge, ByteView random) {
  const auto size = terms.size();
  const bool sized = terms.pseudo_random() || random.size() == size;
  if (!terms.valid() || host_challenge.size() != size || !sized || sequence_counter > kMaxSequenceCounter ||
      keys.enc.size() != keys.mac.size()) {
    return base::fail({.fault = base::Fault::bad_input, .what = "challenges, counter or keys of the wrong size"});
  }
  const auto key_size = keys.mac.size();
  CICADA_TRY(const auto k_enc, Cmac::create(keys.enc));
  CICADA_TRY(const auto k_mac, Cmac::create(keys.mac));

  auto card_challenge = base::to_bytes(random);
  if (terms.pseudo_random()) {
    // Amendment D §6.2.2.1: from the counter and the AID.
    const auto counter_and_aid = base::concat({counter_octets(sequence_counter), aid});
    CICADA_TRY(card_challenge, derive_public(k_enc, Constant::card_challenge, size, counter_and_aid));
  }
  const auto context = base::concat({host_challenge, card_challenge});
  CICADA_TRY(auto s_enc, derive_cipher_key(k_enc, key_size, context));
  CICADA_TRY(auto s_mac, derive_mac_key(k_mac, Constant::s_mac, key_size, context));
  CICADA_TRY(auto s_rmac, derive_mac_key(k_mac, Constant::s_rmac, key_size, context));
  CICADA_TRY(auto card_cryptogram, derive_public(s_mac, Constant::card_cryptogram, size, context));
  CICADA_TRY(auto host_cryptogram, derive_public(s_mac, Constant::host_cryptogram, size, context));

  Handshake handshake{Channel{std::move(s_enc), std::move(s_mac), std::move(s_rmac), size}, terms, sequence_counter};
  handshake.card_challenge_ = std::move(card_challenge);
  handshake.card_cryptogram_ = std::move(card_cryptogram);
  handshake.host_cryptogram_ = std::move(host_cryptogram);
  return handshake;
}

base::Bytes Handshake::answer() const {
  const std::array information = {terms_.key_version, kProtocol, terms_.option};
  auto octets = base::concat({information, card_challenge_, card_cryptogram_});
  if (terms_.pseudo_random()) base::append(octets, counter_octets(sequence_counter_));
  return octets;
}

base::Result<Channel> Handshake::finish(const apdu::CommandView& command) && {
  if (!terms_.allows(command.p1) || command.p2 != 0) return refused("no such security level", sw::k6A86IncorrectP1P2);
  if (command.data.size() != 2 * terms_.size()) return refused("not a cryptogram and a MAC", sw::k6700WrongLength);
  auto channel = std::move(channel_);
  CICADA_CHECK(channel.verify(command));
  if (!base::constant_time_equal(command.data.first(host_cryptogram_.size()), host_cryptogram_)) {
    return refused("wrong host cryptogram", sw::k6300AuthenticationFailed);
  }
  channel.level_ = command.p1;
  return channel;
}

}  // namespace cicada::applet_sim::protocol::scp03
