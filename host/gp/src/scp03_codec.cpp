#include "cicada/host/gp/scp03_codec.h"

#include <algorithm>
#include <utility>

#include "cicada/base/cursor.h"
#include "cicada/base/secret.h"
#include "cicada/host/gp/kdf.h"

namespace cicada::host::gp {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;
using crypto::openssl::BlockCipher;
using crypto::openssl::CipherAlgorithm;
using crypto::openssl::Cmac;
using iso7816::CommandApdu;
using iso7816::ResponseApdu;

namespace {

constexpr std::uint8_t kClaGp = 0x80;
constexpr std::uint8_t kClaSecure = 0x04;  // secure messaging, GlobalPlatform format (Card Specification §11.1.4)
constexpr std::uint8_t kInsExternalAuthenticate = 0x82;
constexpr std::uint8_t kPaddingMark = 0x80;
constexpr std::uint8_t kResponseMark = 0x80;  // first octet of the counter block of a response

/// Only these carry an R-MAC; every other status word is an error (Amendment D §6.2.5).
bool is_protected(std::uint16_t sw) {
  return sw == 0x9000 || (sw >> 8U) == 0x62 || (sw >> 8U) == 0x63;
}

template <std::size_t Size>
Result<std::array<std::uint8_t, Size>> derive(const Cmac& key, Derivation constant, ByteView context) {
  std::array<std::uint8_t, Size> out{};
  CICADA_CHECK(derive_scp03(key, constant, context, out));
  return out;
}

/// A keyed Cmac for a session key; the key itself is wiped here.
template <typename Use>
Result<Cmac> session_mac(const base::Key<Use, 16>& static_key, Derivation constant, ByteView context) {
  CICADA_TRY(const auto parent, Cmac::create(static_key.expose()));
  base::Key<Use, 16> key;
  CICADA_CHECK(derive_scp03(parent, constant, context, key.expose_for_writing()));
  return Cmac::create(key.expose());
}

}  // namespace

Result<Scp03Codec> Scp03Codec::create(const StaticKeys& keys, ByteView host_challenge, ByteView card_challenge) {
  if (host_challenge.size() != kChallengeSize || card_challenge.size() != kChallengeSize) {
    return fail({.fault = Fault::bad_input,
                 .what = "a challenge of SCP03 in S8 mode has 8 octets",
                 .clause = "GP Amendment D §5.1"});
  }
  const auto context = base::concat({host_challenge, card_challenge});
  CICADA_TRY(const auto parent, Cmac::create(keys.k_enc.expose()));
  KEnc s_enc_key;
  CICADA_CHECK(derive_scp03(parent, Derivation::s_enc, context, s_enc_key.expose_for_writing()));
  CICADA_TRY(auto s_enc, BlockCipher::create(CipherAlgorithm::aes128, s_enc_key.expose()));
  CICADA_TRY(auto s_mac, session_mac(keys.k_mac, Derivation::s_mac, context));
  CICADA_TRY(auto s_rmac, session_mac(keys.k_mac, Derivation::s_rmac, context));
  // Both cryptograms come from S-MAC (Amendment D §6.2.2.2, §6.2.2.3).
  CICADA_TRY(const auto card, derive<kCryptogramSize>(s_mac, Derivation::card_cryptogram, context));
  CICADA_TRY(const auto host, derive<kCryptogramSize>(s_mac, Derivation::host_cryptogram, context));
  auto session = std::make_unique<SessionKeys>(std::move(s_enc), std::move(s_mac), std::move(s_rmac));
  return Scp03Codec{std::move(session), card, host};
}

Result<void> Scp03Codec::require_alive() const {
  if (alive()) return {};
  return fail({.fault = Fault::session_dead,
               .what = "the secure channel to the chip has ended",
               .hint = "reset the card and open a new one"});
}

Result<void> Scp03Codec::check_card_cryptogram(ByteView received) {
  CICADA_CHECK(require_alive());
  if (base::constant_time_equal(card_cryptogram_, received)) return {};
  end();
  return fail({.fault = Fault::security,
               .what = "the chip does not have the transport keys that were given",
               .clause = "GP Amendment D §6.2.2.2",
               .hint = "check that this is the master key of this batch of chips; trying again cannot help"});
}

Result<CommandApdu> Scp03Codec::external_authenticate() {
  CICADA_CHECK(require_alive());
  CommandApdu command{.cla = kClaGp | kClaSecure,
                      .ins = kInsExternalAuthenticate,
                      .p1 = kSecurityLevel,
                      .p2 = 0x00,
                      .data = base::to_bytes(host_cryptogram_)};
  CICADA_CHECK(append_mac(command));
  return command;
}

Result<CommandApdu> Scp03Codec::wrap_command(const CommandApdu& command) {
  CICADA_CHECK(require_alive());
  if ((command.cla & ~(kClaGp | kClaSecure)) != 0) {
    return fail({.fault = Fault::bad_input, .what = "this class octet cannot go through the secure channel"});
  }
  if (command.needs_extended() || command.data.size() > kMaxCommandData) {
    return fail({.fault = Fault::bad_input,
                 .what = "too much data for one short command in the secure channel",
                 .at = command.data.size()});
  }
  ++counter_;  // for every command, also one without data (Amendment D §6.2.6)
  CommandApdu wrapped{.cla = static_cast<std::uint8_t>(command.cla | kClaSecure),
                      .ins = command.ins,
                      .p1 = command.p1,
                      .p2 = command.p2,
                      .ne = command.ne};
  if (!command.data.empty()) {
    CICADA_TRY(wrapped.data, encrypt(command.data));
  }
  CICADA_CHECK(append_mac(wrapped));
  return wrapped;
}

Result<ResponseApdu> Scp03Codec::unwrap_response(const ResponseApdu& response) {
  CICADA_CHECK(require_alive());
  if (!is_protected(response.sw) && response.data.empty()) return response;
  auto opened = open_response(response);
  if (!opened) end();
  return opened;
}

Result<ResponseApdu> Scp03Codec::open_response(const ResponseApdu& response) const {
  if (!is_protected(response.sw)) {
    return fail({.fault = Fault::security,
                 .what = "an error answer of the secure channel carries data",
                 .clause = "GP Amendment D §6.2.5",
                 .sw = response.sw});
  }
  if (response.data.size() < kMacSize) {
    return fail({.fault = Fault::security,
                 .what = "the chip's answer has no MAC",
                 .clause = "GP Amendment D §6.2.5",
                 .sw = response.sw});
  }
  const ByteView data{response.data};
  const auto body = data.first(data.size() - kMacSize);
  const std::array<std::uint8_t, 2> sw{response.sw1(), response.sw2()};
  CICADA_TRY(const auto mac, keys_->s_rmac.compute({chaining_value_, body, sw}));
  if (!base::constant_time_equal(ByteView{mac}.first(kMacSize), data.last(kMacSize))) {
    return fail({.fault = Fault::security,
                 .what = "the MAC of the chip's answer is wrong",
                 .clause = "GP Amendment D §6.2.5",
                 .sw = response.sw});
  }
  ResponseApdu opened{.data = {}, .sw = response.sw};
  if (!body.empty()) {
    CICADA_TRY(opened.data, decrypt(body));
  }
  return opened;
}

Result<void> Scp03Codec::append_mac(CommandApdu& command) {
  const std::array<std::uint8_t, 5> header{command.cla, command.ins, command.p1, command.p2,
                                           static_cast<std::uint8_t>(command.data.size() + kMacSize)};
  CICADA_TRY(chaining_value_, keys_->s_mac.compute({chaining_value_, header, command.data}));
  base::append(command.data, ByteView{chaining_value_}.first(kMacSize));
  return {};
}

Result<std::array<std::uint8_t, kAesBlock>> Scp03Codec::initial_vector(bool response) const {
  Bytes block(kAesBlock - sizeof counter_);
  if (response) block.front() = kResponseMark;
  base::append_unsigned(block, counter_, sizeof counter_);
  std::array<std::uint8_t, kAesBlock> iv{};
  CICADA_CHECK(keys_->s_enc.encrypt_block(block, iv));
  return iv;
}

Result<Bytes> Scp03Codec::encrypt(ByteView plain) const {
  CICADA_TRY(const auto iv, initial_vector(false));
  Bytes padded((plain.size() / kAesBlock + 1) * kAesBlock);  // encrypted in place: no plain copy stays behind
  std::ranges::copy(plain, padded.begin());
  padded[plain.size()] = kPaddingMark;
  CICADA_CHECK(keys_->s_enc.encrypt_cbc(iv, padded, padded));
  return padded;
}

Result<Bytes> Scp03Codec::decrypt(ByteView cipher) const {
  if (cipher.size() % kAesBlock != 0) {
    return fail({.fault = Fault::security,
                 .what = "the chip's answer is not a whole number of blocks",
                 .clause = "GP Amendment D §6.2.7"});
  }
  CICADA_TRY(const auto iv, initial_vector(true));
  Bytes plain(cipher.size());
  CICADA_CHECK(keys_->s_enc.decrypt_cbc(iv, cipher, plain));
  const auto mark = std::find_if(plain.rbegin(), plain.rend(), [](std::uint8_t octet) { return octet != 0; });
  if (mark == plain.rend() || *mark != kPaddingMark ||
      mark - plain.rbegin() >= static_cast<std::ptrdiff_t>(kAesBlock)) {
    return fail({.fault = Fault::security,
                 .what = "the padding of the chip's answer is wrong",
                 .clause = "GP Amendment D §6.2.7"});
  }
  plain.resize(static_cast<std::size_t>(plain.rend() - mark) - 1);
  return plain;
}

}  // namespace cicada::host::gp
