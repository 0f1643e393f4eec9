#include "cicada/host/gp/scp02_codec.h"

#include <algorithm>
#include <utility>

#include "channel_rules.h"
#include "cicada/base/cursor.h"
#include "cicada/base/secret.h"

namespace cicada::host::gp {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;
using crypto::openssl::BlockCipher;
using crypto::openssl::CipherAlgorithm;
using crypto::openssl::RetailMac;
using iso7816::CommandApdu;
using iso7816::ResponseApdu;

namespace {

constexpr std::size_t kMac = 8;
constexpr std::size_t kKeySize = 16;
using SessionKey = base::Key<struct ForOneSession, kKeySize>;

/// Derivation constants (Card Specification §E.4.1).
enum class Purpose : std::uint16_t { c_mac = 0x0101, dek = 0x0181, s_enc = 0x0182 };

/// 3DES-CBC from zeros over constant || sequence counter || 12 zeros (Card Specification §E.4.1).
template <typename Use>
Result<SessionKey> session_key(const StaticKey<Use>& parent, Purpose purpose, ByteView counter) {
  CICADA_TRY(const auto cipher, BlockCipher::create(CipherAlgorithm::tdes2, parent.expose()));
  Bytes data;
  base::append_unsigned(data, static_cast<std::uint16_t>(purpose), 2);
  base::append(data, counter);
  data.resize(kKeySize);
  SessionKey key;
  CICADA_CHECK(cipher.encrypt_cbc(std::array<std::uint8_t, kDesBlock>{}, data, key.expose_for_writing()));
  return key;
}

/// MAC algorithm 1 with 3DES: the last block of 3DES-CBC from zeros (Card Specification §E.4.2, §B.1.2.1).
Result<void> full_mac(const BlockCipher& key, ByteView message, base::MutableByteView out) {
  auto blocks = padded(message, kDesBlock);
  CICADA_CHECK(key.encrypt_cbc(std::array<std::uint8_t, kDesBlock>{}, blocks, blocks));
  std::ranges::copy(ByteView{blocks}.last(kDesBlock), out.begin());
  return {};
}

/// Single DES under the first half of the key: 3DES whose three keys are one.
Result<BlockCipher> single_des(const SessionKey& key) {
  SessionKey twice;
  const auto half = key.expose().first<kDesBlock>();
  std::ranges::copy(half, twice.expose_for_writing().begin());
  std::ranges::copy(half, twice.expose_for_writing().begin() + kDesBlock);
  return BlockCipher::create(CipherAlgorithm::tdes2, twice.expose());
}

Result<void> check_parameters(const StaticKeys& keys, const UpdateAnswer& answer, std::uint8_t level) {
  if (keys.k_enc.size() != kKeySize || keys.k_mac.size() != kKeySize || keys.k_dek.size() != kKeySize) {
    return fail({.fault = Fault::bad_input,
                 .what = "the static keys of SCP02 have 16 octets each",
                 .clause = "GP Card Specification §E.4.1"});
  }
  if (answer.card.protocol != Protocol::scp02 || answer.host_challenge.size() != kDesBlock) {
    return fail({.fault = Fault::bad_input, .what = "this is no beginning of SCP02"});
  }
  if (!is_scp02_level(level)) {
    return fail({.fault = Fault::bad_input,
                 .what = "a security level of SCP02 is 01 or 03",
                 .clause = "GP Card Specification §E.5.2.3",
                 .at = level});
  }
  return {};
}

}  // namespace

bool is_scp02_level(std::uint8_t level) noexcept {
  return level == 0x01 || level == 0x03;
}

Result<Scp02Codec> Scp02Codec::create(const StaticKeys& keys, const UpdateAnswer& answer, std::uint8_t level) {
  CICADA_CHECK(check_parameters(keys, answer, level));
  const auto counter = ByteView{answer.card.sequence_counter}.last(2);
  CICADA_TRY(const auto s_enc_key, session_key(keys.k_enc, Purpose::s_enc, counter));
  CICADA_TRY(const auto c_mac_key, session_key(keys.k_mac, Purpose::c_mac, counter));
  CICADA_TRY(const auto dek_key, session_key(keys.k_dek, Purpose::dek, counter));
  CICADA_TRY(auto s_enc, BlockCipher::create(CipherAlgorithm::tdes2, s_enc_key.expose()));
  CICADA_TRY(auto dek, BlockCipher::create(CipherAlgorithm::tdes2, dek_key.expose()));
  CICADA_TRY(auto c_mac, RetailMac::create(c_mac_key.expose()));
  CICADA_TRY(auto icv, single_des(c_mac_key));
  auto session = std::make_unique<SessionKeys>(std::move(s_enc), std::move(dek), std::move(c_mac), std::move(icv));
  const auto card = base::concat({counter, answer.card_challenge});
  CICADA_CHECK(full_mac(session->s_enc, base::concat({answer.host_challenge, card}), session->card_cryptogram));
  CICADA_CHECK(full_mac(session->s_enc, base::concat({card, answer.host_challenge}), session->host_cryptogram));
  return Scp02Codec{std::move(session), level};
}

std::size_t Scp02Codec::max_command_data() const noexcept {
  constexpr auto kRoom = iso7816::kMaxShortNc - kMac;
  return (level_ & level::kCEncryption) != 0 ? kRoom / kDesBlock * kDesBlock - 1 : kRoom;
}

Result<void> Scp02Codec::require_alive() const {
  return require_open(alive());
}

Result<void> Scp02Codec::check_card_cryptogram(ByteView received) {
  CICADA_CHECK(require_alive());
  if (base::constant_time_equal(keys_->card_cryptogram, received)) return {};
  end();
  return fail({.fault = Fault::security,
               .what = "the chip does not have the keys that were given",
               .clause = "GP Card Specification §E.4.2.1",
               .hint = "check keys, key version and diversification; trying again cannot help"});
}

Result<void> Scp02Codec::check_card_challenge(ByteView aid, ByteView received) {
  CICADA_CHECK(require_alive());
  CICADA_TRY(const auto expected, keys_->c_mac.compute({padded(aid, kDesBlock)}));
  if (base::constant_time_equal(ByteView{expected}.first(6), received)) return {};
  end();
  return fail({.fault = Fault::security,
               .what = "the card challenge is not the one that follows from the sequence counter and the AID",
               .clause = "GP Card Specification §E.4.2.3"});
}

Result<CommandApdu> Scp02Codec::external_authenticate() {
  CICADA_CHECK(require_alive());
  auto command = external_authenticate_command(level_, keys_->host_cryptogram);
  CICADA_CHECK(append_mac(command));
  return command;
}

Result<CommandApdu> Scp02Codec::wrap_command(const CommandApdu& command) {
  CICADA_CHECK(require_alive());
  CICADA_CHECK(check_command(command, max_command_data()));
  auto wrapped = command;
  wrapped.cla |= kClaSecure;
  CICADA_CHECK(append_mac(wrapped));
  if ((level_ & level::kCEncryption) == 0 || command.data.empty()) return wrapped;
  // The C-MAC was computed over the plain data; only the data are encrypted, not the MAC (Card Specification §E.4.6).
  auto data = padded(command.data, kDesBlock);
  CICADA_CHECK(keys_->s_enc.encrypt_cbc(Block{}, data, data));
  base::append(data, ByteView{wrapped.data}.last(kMac));
  base::wipe(wrapped.data);
  wrapped.data = std::move(data);
  return wrapped;
}

Result<ResponseApdu> Scp02Codec::unwrap_response(const ResponseApdu& response) const {
  CICADA_CHECK(require_alive());
  return response;
}

Result<Scp02Codec::Block> Scp02Codec::mac(ByteView message) const {
  auto blocks = padded(message, kDesBlock);
  const base::Wiper wiper{blocks};
  if (last_mac_) {
    // The next MAC starts from the encrypted last one; a MAC from an ICV is one from zeros with the ICV added to the
    // first block (Card Specification §E.3.4).
    Block icv{};
    CICADA_CHECK(keys_->icv.encrypt_block(*last_mac_, icv));
    for (std::size_t i = 0; i < kDesBlock; ++i) blocks[i] ^= icv[i];
  }
  return keys_->c_mac.compute({blocks});
}

/// Over the modified APDU: the class says secure messaging, Lc counts the MAC (Card Specification §E.4.4).
Result<void> Scp02Codec::append_mac(CommandApdu& command) {
  const std::array<std::uint8_t, 5> header{command.cla, command.ins, command.p1, command.p2,
                                           static_cast<std::uint8_t>(command.data.size() + kMac)};
  auto message = base::concat({header, command.data});
  const base::Wiper wiper{message};
  CICADA_TRY(last_mac_, mac(message));
  base::append(command.data, *last_mac_);
  return {};
}

Result<Bytes> Scp02Codec::encrypt_sensitive(ByteView blocks) const {
  CICADA_CHECK(require_alive());
  if (blocks.empty() || blocks.size() % kDesBlock != 0) {
    return fail({.fault = Fault::bad_input,
                 .what = "sensitive data for SCP02 is not a whole number of 8-octet blocks",
                 .clause = "GP Card Specification §E.4.7",
                 .at = blocks.size()});
  }
  Bytes cipher(blocks.size());
  for (std::size_t at = 0; at < blocks.size(); at += kDesBlock) {
    CICADA_CHECK(
        keys_->dek.encrypt_block(blocks.subspan(at, kDesBlock), base::MutableByteView{cipher}.subspan(at, kDesBlock)));
  }
  return cipher;
}

}  // namespace cicada::host::gp
