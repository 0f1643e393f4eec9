#include <algorithm>

#include "cicada/applet_sim/protocol/scp03/channel.h"
#include "cicada/base/secret.h"
#include "derivation.h"

namespace cicada::applet_sim::protocol::scp03 {
namespace {

using crypto::mbedtls::BlockCipher;
using crypto::mbedtls::CipherAlgorithm;
using crypto::mbedtls::Cmac;

constexpr std::array<std::uint8_t, 8> kCardManager = {0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00};
constexpr std::uint8_t kKeyBits = 128;
constexpr std::uint8_t kHalfBits = 64;

std::array<std::uint8_t, 3> counter_octets(std::uint32_t counter) {
  return {static_cast<std::uint8_t>(counter >> 16U), static_cast<std::uint8_t>(counter >> 8U),
          static_cast<std::uint8_t>(counter)};
}

base::Result<Half> derive_half(const Cmac& key, Constant constant, base::ByteView context) {
  CICADA_TRY(const auto full, derive(key, constant, kHalfBits, context));
  Half half{};
  std::copy_n(full.begin(), half.size(), half.begin());
  return half;
}

base::Result<Cmac> derive_mac_key(const Cmac& key, Constant constant, base::ByteView context) {
  CICADA_TRY(auto octets, derive(key, constant, kKeyBits, context));
  const base::Wiper wiper{octets};
  return Cmac::create(octets);
}

base::Result<BlockCipher> derive_cipher_key(const Cmac& key, Constant constant, base::ByteView context) {
  CICADA_TRY(auto octets, derive(key, constant, kKeyBits, context));
  const base::Wiper wiper{octets};
  return BlockCipher::create(CipherAlgorithm::aes128, octets);
}

}  // namespace

base::ByteView card_manager_aid() noexcept {
  return kCardManager;
}

base::Result<Handshake> Handshake::begin(const StaticKeys& keys, std::uint32_t sequence_counter, base::ByteView aid,
                                         base::ByteView host_challenge) {
  if (host_challenge.size() != kChallengeSize || sequence_counter > kMaxSequenceCounter) {
    return base::fail({.fault = base::Fault::bad_input, .what = "a host challenge has 8 octets, the counter 3"});
  }
  CICADA_TRY(const auto k_enc, Cmac::create(keys.k_enc.expose()));
  CICADA_TRY(const auto k_mac, Cmac::create(keys.k_mac.expose()));

  // Amendment D §6.2.2.1: a pseudo-random card challenge, from the counter and the AID.
  const auto counter = counter_octets(sequence_counter);
  CICADA_TRY(const auto card_challenge, derive_half(k_enc, Constant::card_challenge, base::concat({counter, aid})));

  const auto context = base::concat({host_challenge, card_challenge});
  CICADA_TRY(auto s_enc, derive_cipher_key(k_enc, Constant::s_enc, context));
  CICADA_TRY(auto s_mac, derive_mac_key(k_mac, Constant::s_mac, context));
  CICADA_TRY(auto s_rmac, derive_mac_key(k_mac, Constant::s_rmac, context));
  CICADA_TRY(const auto card_cryptogram, derive_half(s_mac, Constant::card_cryptogram, context));
  CICADA_TRY(const auto host_cryptogram, derive_half(s_mac, Constant::host_cryptogram, context));

  Handshake handshake{Channel{std::move(s_enc), std::move(s_mac), std::move(s_rmac)}, sequence_counter};
  handshake.card_challenge_ = card_challenge;
  handshake.card_cryptogram_ = card_cryptogram;
  handshake.host_cryptogram_ = host_cryptogram;
  return handshake;
}

base::Bytes Handshake::answer() const {
  constexpr std::array kKeyInformation = {kKeyVersion, kProtocol, kOptions};
  return base::concat({kKeyInformation, card_challenge_, card_cryptogram_, counter_octets(sequence_counter_)});
}

base::Result<Channel> Handshake::finish(const apdu::CommandView& command) && {
  auto channel = std::move(channel_);
  CICADA_CHECK(channel.verify(command));
  if (!base::constant_time_equal(command.data.first(host_cryptogram_.size()), host_cryptogram_)) {
    return base::fail({.fault = base::Fault::security,
                       .what = "wrong host cryptogram",
                       .clause = "GPC Amendment D §7.1.2",
                       .sw = apdu::sw::k6300AuthenticationFailed});
  }
  return channel;
}

}  // namespace cicada::applet_sim::protocol::scp03
