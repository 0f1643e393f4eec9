#include "cicada/host/gp/scp03_codec.h"

#include <algorithm>
#include <utility>

#include "channel_rules.h"
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

constexpr std::uint8_t kResponseMark = 0x80;  // first octet of the counter block of a response

/// Only these carry an R-MAC; every other status word is an error (Amendment D §6.2.5).
bool is_protected(std::uint16_t sw) {
  return sw == 0x9000 || (sw >> 8U) == 0x62 || (sw >> 8U) == 0x63;
}

/// The cipher of a static key of this size; only the three of AES get here.
CipherAlgorithm aes_for(std::size_t key_size) {
  if (key_size == 16) return CipherAlgorithm::aes128;
  return key_size == 24 ? CipherAlgorithm::aes192 : CipherAlgorithm::aes256;
}

/// The session key for `constant`, as long as its parent (Amendment D §6.2.1).
template <typename Use>
Result<StaticKey<Use>> session_key(const StaticKey<Use>& parent, Derivation constant, ByteView context) {
  CICADA_TRY(const auto kdf, Cmac::create(parent.expose()));
  auto key = parent.clone();
  CICADA_CHECK(derive_scp03(kdf, constant, context, key.expose_for_writing()));
  return key;
}

Result<void> check_parameters(const StaticKeys& keys, ByteView host_challenge, ByteView card_challenge,
                              std::uint8_t level) {
  const auto size = host_challenge.size();
  if ((size != kChallengeSize && size != 2 * kChallengeSize) || card_challenge.size() != size) {
    return fail({.fault = Fault::bad_input,
                 .what = "a challenge of SCP03 has 8 octets in S8 mode and 16 in S16 mode",
                 .clause = "GP Amendment D §5.1"});
  }
  if (!is_scp03_level(level)) {
    return fail({.fault = Fault::bad_input,
                 .what = "a security level of SCP03 is 01, 03, 11, 13 or 33",
                 .clause = "GP Amendment D §7.1.2.1",
                 .at = level});
  }
  if (keys.k_mac.size() != keys.k_enc.size() || keys.k_dek.size() != keys.k_enc.size()) {
    return fail({.fault = Fault::bad_input, .what = "the three static keys do not have one size"});
  }
  return {};
}

}  // namespace

bool is_scp03_level(std::uint8_t level) noexcept {
  return level == 0x01 || level == 0x03 || level == 0x11 || level == 0x13 || level == 0x33;
}

Result<Scp03Codec> Scp03Codec::create(const StaticKeys& keys, ByteView host_challenge, ByteView card_challenge,
                                      std::uint8_t level) {
  CICADA_CHECK(check_parameters(keys, host_challenge, card_challenge, level));
  const auto context = base::concat({host_challenge, card_challenge});
  const auto mac_size = host_challenge.size();
  const auto algorithm = aes_for(keys.k_enc.size());
  CICADA_TRY(const auto s_enc_key, session_key(keys.k_enc, Derivation::s_enc, context));
  CICADA_TRY(auto s_enc, BlockCipher::create(algorithm, s_enc_key.expose()));
  CICADA_TRY(auto k_dek, BlockCipher::create(algorithm, keys.k_dek.expose()));
  CICADA_TRY(const auto s_mac_key, session_key(keys.k_mac, Derivation::s_mac, context));
  CICADA_TRY(auto s_mac, Cmac::create(s_mac_key.expose()));
  CICADA_TRY(const auto s_rmac_key, session_key(keys.k_mac, Derivation::s_rmac, context));
  CICADA_TRY(auto s_rmac, Cmac::create(s_rmac_key.expose()));
  auto session = std::make_unique<SessionKeys>(std::move(s_enc), std::move(k_dek), std::move(s_mac), std::move(s_rmac));
  // Both cryptograms come from S-MAC (Amendment D §6.2.2.2, §6.2.2.3) and are as long as the challenges.
  const auto cryptogram = [&](Derivation constant, Block& out) {
    return derive_scp03(session->s_mac, constant, context, base::MutableByteView{out}.first(mac_size));
  };
  CICADA_CHECK(cryptogram(Derivation::card_cryptogram, session->card_cryptogram));
  CICADA_CHECK(cryptogram(Derivation::host_cryptogram, session->host_cryptogram));
  return Scp03Codec{std::move(session), mac_size, level};
}

std::size_t Scp03Codec::max_command_data() const noexcept {
  const auto room = iso7816::kMaxShortNc - mac_size_;
  return has(level::kCEncryption) ? room / kAesBlock * kAesBlock - 1 : room;
}

Result<void> Scp03Codec::require_alive() const {
  return require_open(alive());
}

Result<void> Scp03Codec::check_card_cryptogram(ByteView received) {
  CICADA_CHECK(require_alive());
  if (base::constant_time_equal(ByteView{keys_->card_cryptogram}.first(mac_size_), received)) return {};
  end();
  return fail({.fault = Fault::security,
               .what = "the chip does not have the transport keys that were given",
               .clause = "GP Amendment D §6.2.2.2",
               .hint = "check that this is the master key of this batch of chips; trying again cannot help"});
}

Result<CommandApdu> Scp03Codec::external_authenticate() {
  CICADA_CHECK(require_alive());
  auto command = external_authenticate_command(level_, ByteView{keys_->host_cryptogram}.first(mac_size_));
  CICADA_CHECK(append_mac(command));
  return command;
}

Result<CommandApdu> Scp03Codec::wrap_command(const CommandApdu& command) {
  CICADA_CHECK(require_alive());
  CICADA_CHECK(check_command(command, max_command_data()));
  ++counter_;  // for every command, also one without data (Amendment D §6.2.6)
  CommandApdu wrapped{.cla = static_cast<std::uint8_t>(command.cla | kClaSecure),
                      .ins = command.ins,
                      .p1 = command.p1,
                      .p2 = command.p2,
                      .ne = command.ne};
  if (has(level::kCEncryption) && !command.data.empty()) {
    CICADA_TRY(wrapped.data, encrypt(command.data));
  } else {
    wrapped.data = command.data;
  }
  CICADA_CHECK(append_mac(wrapped));
  return wrapped;
}

Result<ResponseApdu> Scp03Codec::unwrap_response(const ResponseApdu& response) {
  CICADA_CHECK(require_alive());
  if (!has(level::kRMac) || (!is_protected(response.sw) && response.data.empty())) return response;
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
  if (response.data.size() < mac_size_) {
    return fail({.fault = Fault::security,
                 .what = "the chip's answer has no MAC",
                 .clause = "GP Amendment D §6.2.5",
                 .sw = response.sw});
  }
  const ByteView data{response.data};
  const auto body = data.first(data.size() - mac_size_);
  const std::array<std::uint8_t, 2> sw{response.sw1(), response.sw2()};
  CICADA_TRY(const auto mac, keys_->s_rmac.compute({chaining_value_, body, sw}));
  if (!base::constant_time_equal(ByteView{mac}.first(mac_size_), data.last(mac_size_))) {
    return fail({.fault = Fault::security,
                 .what = "the MAC of the chip's answer is wrong",
                 .clause = "GP Amendment D §6.2.5",
                 .sw = response.sw});
  }
  ResponseApdu opened{.data = {}, .sw = response.sw};
  if (has(level::kREncryption) && !body.empty()) {
    CICADA_TRY(opened.data, decrypt(body));
  } else {
    opened.data = base::to_bytes(body);
  }
  return opened;
}

Result<void> Scp03Codec::append_mac(CommandApdu& command) {
  const std::array<std::uint8_t, 5> header{command.cla, command.ins, command.p1, command.p2,
                                           static_cast<std::uint8_t>(command.data.size() + mac_size_)};
  CICADA_TRY(chaining_value_, keys_->s_mac.compute({chaining_value_, header, command.data}));
  base::append(command.data, ByteView{chaining_value_}.first(mac_size_));
  return {};
}

Result<Scp03Codec::Block> Scp03Codec::initial_vector(bool response) const {
  Bytes block(kAesBlock - sizeof counter_);
  if (response) block.front() = kResponseMark;
  base::append_unsigned(block, counter_, sizeof counter_);
  Block iv{};
  CICADA_CHECK(keys_->s_enc.encrypt_block(block, iv));
  return iv;
}

Result<Bytes> Scp03Codec::encrypt_sensitive(ByteView blocks) const {
  CICADA_CHECK(require_alive());
  if (blocks.empty() || blocks.size() % kAesBlock != 0) {
    return fail({.fault = Fault::bad_input,
                 .what = "sensitive data for SCP03 is not a whole number of 16-octet blocks",
                 .clause = "GP Amendment D §6.2.8",
                 .at = blocks.size()});
  }
  Bytes cipher(blocks.size());
  CICADA_CHECK(keys_->k_dek.encrypt_cbc(Block{}, blocks, cipher));
  return cipher;
}

Result<Bytes> Scp03Codec::encrypt(ByteView plain) const {
  CICADA_TRY(const auto iv, initial_vector(false));
  auto blocks = padded(plain, kAesBlock);
  CICADA_CHECK(keys_->s_enc.encrypt_cbc(iv, blocks, blocks));
  return blocks;
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
