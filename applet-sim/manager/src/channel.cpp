#include "cicada/applet_sim/manager/channel.h"

namespace cicada::applet_sim::manager {
namespace {

namespace sw = apdu::sw;
namespace scp02 = protocol::scp02;
namespace scp03 = protocol::scp03;
using base::ByteView;
using base::Result;
using crypto::mbedtls::BlockCipher;
using crypto::mbedtls::CipherAlgorithm;

constexpr std::uint8_t kSecureMessaging = 0x04;
constexpr std::size_t kAesBlock = 16;
constexpr std::size_t kDesBlock = 8;

scp03::Terms terms_of(const State& state, const KeySet& keys) {
  return {.key_version = keys.version, .option = state.option};
}

}  // namespace

std::size_t challenge_size(const State& state) noexcept {
  if (state.protocol == Protocol::scp02) return scp02::kHostChallengeSize;
  return scp03::Terms{.option = state.option}.size();
}

std::uint32_t last_counter(const State& state) noexcept {
  return state.protocol == Protocol::scp02 ? scp02::kMaxSequenceCounter : scp03::kMaxSequenceCounter;
}

Result<Handshake> Handshake::begin(const State& state, const KeySet& keys, std::uint32_t counter,
                                   ByteView host_challenge, base::Rng& rng) {
  base::Bytes random;
  if (state.protocol == Protocol::scp02) {
    if (state.option == scp02::kRandomChallenge) {
      random.resize(scp02::kCardChallengeSize);
      CICADA_CHECK(rng.fill(random));
    }
    const scp02::KeysView view{.enc = keys.enc.expose(), .mac = keys.mac.expose(), .dek = keys.dek.expose()};
    CICADA_TRY(auto half, scp02::Handshake::begin(view, keys.version, static_cast<std::uint16_t>(counter),
                                                  issuer_domain_aid(), host_challenge, random));
    return Handshake{std::move(half), keys};
  }
  const auto terms = terms_of(state, keys);
  if (!terms.pseudo_random()) {
    random.resize(terms.size());
    CICADA_CHECK(rng.fill(random));
  }
  CICADA_TRY(auto half, scp03::Handshake::begin({.enc = keys.enc.expose(), .mac = keys.mac.expose()}, terms, counter,
                                                issuer_domain_aid(), host_challenge, random));
  return Handshake{std::move(half), keys};
}

base::Bytes Handshake::answer() const {
  return std::visit([](const auto& half) { return half.answer(); }, half_);
}

Result<SecureChannel> Handshake::finish(const apdu::CommandView& command) && {
  if (auto* half = std::get_if<scp02::Handshake>(&half_)) {
    CICADA_TRY(auto channel, std::move(*half).finish(command));
    return SecureChannel{std::move(channel), key_version_};
  }
  CICADA_TRY(auto channel, std::move(std::get<scp03::Handshake>(half_)).finish(command));
  return SecureChannel{std::move(channel), key_version_, std::move(dek_)};
}

std::uint8_t SecureChannel::level() const noexcept {
  return std::visit([](const auto& channel) { return channel.level(); }, channel_);
}

std::size_t SecureChannel::secret_block() const noexcept {
  return std::holds_alternative<scp02::Channel>(channel_) ? kDesBlock : kAesBlock;
}

Result<apdu::CommandApdu> SecureChannel::unwrap(const apdu::CommandView& command) {
  const bool is_secured = (command.cla & kSecureMessaging) != 0;
  if (is_secured != (level() != 0)) {
    return base::fail({.fault = base::Fault::security,
                       .what = "not the protection that the security level demands",
                       .clause = "GPC §10.8",
                       .sw = sw::k6982SecurityStatusNotSatisfied});
  }
  if (!is_secured) return apdu::CommandApdu{command, base::to_bytes(command.data)};
  return std::visit([&](auto& channel) { return channel.unwrap_command(command); }, channel_);
}

Result<base::Bytes> SecureChannel::wrap(apdu::ResponseApdu&& response) const {
  if (const auto* channel = std::get_if<scp03::Channel>(&channel_); channel != nullptr && channel->level() != 0) {
    return channel->wrap_response(std::move(response));
  }
  return encode(std::move(response));
}

Result<base::SecretBytes> SecureChannel::decrypt_secret(ByteView secret) const {
  if (const auto* channel = std::get_if<scp02::Channel>(&channel_)) return channel->decrypt_secret(secret);
  constexpr std::array<std::uint8_t, kAesBlock> kZero{};
  for (const auto algorithm : {CipherAlgorithm::aes128, CipherAlgorithm::aes192, CipherAlgorithm::aes256}) {
    if (crypto::mbedtls::key_size(algorithm) != dek_.size()) continue;
    CICADA_TRY(const auto cipher, BlockCipher::create(algorithm, dek_.expose()));
    base::Bytes plain(secret.size());
    CICADA_CHECK(cipher.decrypt_cbc(kZero, secret, plain));
    return base::SecretBytes{std::move(plain)};
  }
  return base::fail({.fault = base::Fault::bad_input, .what = "not a key of AES"});
}

}  // namespace cicada::applet_sim::manager
