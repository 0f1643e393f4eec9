#include <algorithm>

#include "cicada/applet_sim/protocol/scp02/channel.h"
#include "padding.h"

namespace cicada::applet_sim::protocol::scp02 {
namespace {

namespace sw = apdu::sw;
using base::Bytes;
using base::ByteView;
using crypto::mbedtls::BlockCipher;
using crypto::mbedtls::CipherAlgorithm;
using crypto::mbedtls::RetailMac;

constexpr Block kZero{};
// Constants of session keys (§E.4.1).
constexpr std::uint16_t kForMac = 0x0101;
constexpr std::uint16_t kForSecrets = 0x0181;
constexpr std::uint16_t kForEncryption = 0x0182;

std::array<std::uint8_t, 2> two_octets(std::uint16_t value) {
  return {static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)};
}

/// §E.4.1: the static key encrypts constant and counter.
base::Result<base::SecretBytes> derive(ByteView key, std::uint16_t constant, std::uint16_t counter) {
  constexpr std::array<std::uint8_t, kKeySize - 4> kRest{};
  auto octets = base::concat({two_octets(constant), two_octets(counter), kRest});
  CICADA_TRY(const auto cipher, BlockCipher::create(CipherAlgorithm::tdes2, key));
  CICADA_CHECK(cipher.encrypt_cbc(kZero, octets, octets));
  return base::SecretBytes{std::move(octets)};
}

/// §B.1.2.1: the last block of 3DES in CBC mode.
base::Result<Block> full_mac(const BlockCipher& cipher, Bytes data) {
  pad(data);
  CICADA_CHECK(cipher.encrypt_cbc(kZero, data, data));
  Block mac{};
  std::copy_n(data.end() - kBlock, kBlock, mac.begin());
  return mac;
}

/// §E.4.2.3: the first octets of a MAC over the AID.
base::Result<Bytes> challenge_of(const RetailMac& s_mac, ByteView aid) {
  auto data = base::to_bytes(aid);
  pad(data);
  CICADA_TRY(const auto mac, s_mac.compute({data}));
  return base::to_bytes(ByteView{mac}.first(kCardChallengeSize));
}

std::unexpected<base::Error> refused(base::Literal what, apdu::StatusWord word) {
  return base::fail({.fault = base::Fault::security, .what = what, .clause = "GPC §E.5.2", .sw = word});
}

base::Result<BlockCipher> single_des(ByteView half) {
  auto twice = base::concat({half, half});
  const base::Wiper wiper{twice};
  return BlockCipher::create(CipherAlgorithm::tdes2, twice);
}

}  // namespace

base::Result<Handshake> Handshake::begin(const KeysView& keys, std::uint8_t key_version, std::uint16_t sequence_counter,
                                         ByteView aid, ByteView host_challenge, ByteView random) {
  if (host_challenge.size() != kHostChallengeSize || (!random.empty() && random.size() != kCardChallengeSize)) {
    return base::fail({.fault = base::Fault::bad_input, .what = "a challenge of the wrong size"});
  }
  CICADA_TRY(const auto enc, derive(keys.enc, kForEncryption, sequence_counter));
  CICADA_TRY(const auto mac, derive(keys.mac, kForMac, sequence_counter));
  CICADA_TRY(const auto dek, derive(keys.dek, kForSecrets, sequence_counter));
  CICADA_TRY(auto s_enc, BlockCipher::create(CipherAlgorithm::tdes2, enc.expose()));
  CICADA_TRY(auto s_mac, RetailMac::create(mac.expose()));
  CICADA_TRY(auto icv_cipher, single_des(mac.expose().first(kBlock)));
  CICADA_TRY(auto s_dek, BlockCipher::create(CipherAlgorithm::tdes2, dek.expose()));

  auto card_challenge = base::to_bytes(random);
  if (random.empty()) {
    CICADA_TRY(card_challenge, challenge_of(s_mac, aid));
  }
  const auto card_part = base::concat({two_octets(sequence_counter), card_challenge});
  CICADA_TRY(const auto card_cryptogram, full_mac(s_enc, base::concat({host_challenge, card_part})));
  CICADA_TRY(const auto host_cryptogram, full_mac(s_enc, base::concat({card_part, host_challenge})));

  Handshake handshake{Channel{std::move(s_enc), std::move(s_mac), std::move(icv_cipher), std::move(s_dek)}, key_version,
                      sequence_counter};
  handshake.card_challenge_ = std::move(card_challenge);
  handshake.card_cryptogram_ = card_cryptogram;
  handshake.host_cryptogram_ = host_cryptogram;
  return handshake;
}

Bytes Handshake::answer() const {
  const std::array information = {key_version_, kProtocol};
  return base::concat({information, two_octets(sequence_counter_), card_challenge_, card_cryptogram_});
}

base::Result<Channel> Handshake::finish(const apdu::CommandView& command) && {
  const bool level = command.p1 == 0x00 || command.p1 == 0x01 || command.p1 == 0x03;
  if (!level || command.p2 != 0) return refused("no such security level", sw::k6A86IncorrectP1P2);
  if (command.data.size() != 2 * kBlock || command.extended) {
    return refused("not a cryptogram and a MAC", sw::k6700WrongLength);
  }
  auto channel = std::move(channel_);
  const auto cryptogram = command.data.first(kBlock);
  CICADA_CHECK(channel.verify(command, cryptogram, command.data.last(kBlock)));
  if (!base::constant_time_equal(cryptogram, host_cryptogram_)) {
    return refused("wrong host cryptogram", sw::k6300AuthenticationFailed);
  }
  channel.level_ = command.p1;
  return channel;
}

}  // namespace cicada::applet_sim::protocol::scp02
