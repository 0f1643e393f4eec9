#include "cicada/host/sm/codec.h"

#include <array>
#include <utility>
#include <variant>

#include "cicada/base/cursor.h"
#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/mac.h"
#include "data_objects.h"

namespace cicada::host::sm {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using crypto::openssl::BlockCipher;
using crypto::openssl::CipherAlgorithm;
using crypto::openssl::Cmac;
using crypto::openssl::RetailMac;
using iso7816::CommandApdu;
using iso7816::ResponseApdu;

namespace {

constexpr std::size_t kMaxBlock = 16;
constexpr std::array<std::uint8_t, kMaxBlock> kZeros{};
constexpr std::array<std::uint8_t, kMaxBlock> kPadding = {0x80};
constexpr std::uint8_t kSecureMessagingClass = 0x0C;

using Checksum = std::array<std::uint8_t, kChecksumSize>;

std::size_t padded(std::size_t size, std::size_t block) {
  return (size / block + 1) * block;
}

/// Octets of data after ISO/IEC 9797-1 padding method 2 is taken off; strict: 80, then zeros, within the last block.
Result<std::size_t> unpadded_size(ByteView data, std::size_t block) {
  std::size_t size = data.size();
  for (std::size_t i = 0; i < block && size > 0; ++i) {
    --size;
    if (data[size] == 0x80) return size;
    if (data[size] != 0x00) break;
  }
  return base::fail({.fault = Fault::malformed, .what = "padding is not 80 00..00", .clause = "9303-11 §9.8.4"});
}

CipherAlgorithm algorithm_for(Cipher cipher, std::size_t key_size) {
  if (cipher == Cipher::tdes) return CipherAlgorithm::tdes2;
  if (key_size == 24) return CipherAlgorithm::aes192;
  return key_size == 32 ? CipherAlgorithm::aes256 : CipherAlgorithm::aes128;
}

std::unexpected<base::Error> dead() {
  return base::fail({.fault = Fault::session_dead,
                     .what = "the secure session has ended",
                     .clause = "9303-11 §9.8.3",
                     .hint = "run the access procedure again"});
}

}  // namespace

struct SecureMessaging::State {
  BlockCipher cipher;
  std::variant<RetailMac, Cmac> mac;
  Ssc ssc;
  std::size_t block;
  bool awaiting_response = false;
  bool odd_ins = false;

  /// The MAC over SSC || padded header || objects || padding.
  Result<Checksum> checksum(ByteView header, ByteView objects) {
    // A command without objects ends with the header's own padding.
    const auto tail = objects.empty() ? 0 : padded(objects.size(), block) - objects.size();
    const auto padding = ByteView{kPadding}.first(tail);
    if (const auto* retail = std::get_if<RetailMac>(&mac)) {
      return retail->compute({ssc.octets(), header, objects, padding});
    }
    CICADA_TRY(const auto full, std::get<Cmac>(mac).compute({ssc.octets(), header, objects, padding}));
    Checksum cut{};
    std::copy_n(full.begin(), cut.size(), cut.begin());
    return cut;
  }

  /// 3DES: zeros (9303-11 §9.8.6.1); AES: the encrypted counter (§9.8.7.1).
  Result<std::array<std::uint8_t, kMaxBlock>> initialization_vector() const {
    auto iv = kZeros;
    if (block == kMaxBlock) CICADA_CHECK(cipher.encrypt_block(ssc.octets(), iv));
    return iv;
  }

  Result<CommandApdu> wrap(const CommandApdu& plain);
  Result<ResponseApdu> unwrap(const ResponseApdu& secured);
  Result<void> append_cryptogram(Bytes& to, const CommandApdu& plain) const;
};

Result<void> SecureMessaging::State::append_cryptogram(Bytes& to, const CommandApdu& plain) const {
  const auto size = padded(plain.data.size(), block);
  if (odd_ins) {
    append_prefix(to, kCryptogramOddIns, size);
  } else {
    append_prefix(to, kCryptogramEvenIns, size + 1);
    to.push_back(kPaddingMethod2);
  }
  const auto start = to.size();
  base::append(to, plain.data);
  base::append(to, ByteView{kPadding}.first(size - plain.data.size()));
  CICADA_TRY(const auto iv, initialization_vector());
  const auto region = base::MutableByteView{to}.subspan(start);
  return cipher.encrypt_cbc(ByteView{iv}.first(block), region, region);
}

Result<CommandApdu> SecureMessaging::State::wrap(const CommandApdu& plain) {
  if (awaiting_response) {
    return base::fail({.fault = Fault::conflict, .what = "the last command has no response yet"});
  }
  if (plain.data.size() > iso7816::kMaxNc - 64 || (plain.ne && (*plain.ne == 0 || *plain.ne > iso7816::kMaxNe))) {
    return base::fail({.fault = Fault::bad_input, .what = "the command has no protected form"});
  }
  const bool plain_extended = plain.needs_extended();
  odd_ins = plain.ins % 2 != 0;
  CICADA_CHECK(ssc.increment());

  CommandApdu secured{.cla = static_cast<std::uint8_t>(plain.cla | kSecureMessagingClass),
                      .ins = plain.ins,
                      .p1 = plain.p1,
                      .p2 = plain.p2,
                      .extended = plain_extended};
  auto& body = secured.data;
  body.reserve(plain.data.size() + 48);
  if (!plain.data.empty()) CICADA_CHECK(append_cryptogram(body, plain));
  if (plain.ne) {
    const std::size_t octets = plain_extended ? 2 : 1;
    append_prefix(body, kExpectedLength, octets);
    base::append_unsigned(body, *plain.ne, octets);  // 256 and 65536 become zeros
  }
  const std::array<std::uint8_t, kMaxBlock> header = {secured.cla, secured.ins, secured.p1, secured.p2, 0x80};
  CICADA_TRY(const auto protection, checksum(ByteView{header}.first(block), body));
  append_prefix(body, kChecksum, protection.size());
  base::append(body, protection);
  if (body.size() > iso7816::kMaxShortNc && !plain_extended) {
    return base::fail({.fault = Fault::limit,
                       .what = "the protected command does not fit a short APDU",
                       .clause = "9303-11 §9.8.4",
                       .hint = "send less data, or use extended length"});
  }
  secured.ne = static_cast<std::uint32_t>(plain_extended ? iso7816::kMaxNe : iso7816::kMaxShortNe);
  awaiting_response = true;
  return secured;
}

Result<ResponseApdu> SecureMessaging::State::unwrap(const ResponseApdu& secured) {
  if (!awaiting_response) {
    return base::fail({.fault = Fault::conflict, .what = "a response without a command"});
  }
  awaiting_response = false;
  if (secured.data.empty()) {
    return base::fail({.fault = Fault::session_dead,
                       .what = "the card answered without secure messaging and has ended the session",
                       .clause = "9303-11 §9.8.3",
                       .hint = "run the access procedure again",
                       .sw = secured.sw});
  }
  CICADA_CHECK(ssc.increment());
  CICADA_TRY(const auto parts, take_apart(secured.data, odd_ins, block));
  CICADA_TRY(const auto expected, checksum({}, parts.authenticated));
  if (!base::constant_time_equal(expected, parts.checksum)) {
    return base::fail(
        {.fault = Fault::security, .what = "the MAC of the response is wrong", .clause = "9303-11 §9.8.4"});
  }
  if (parts.status != secured.sw) {
    return base::fail({.fault = Fault::security,
                       .what = "the status word differs from the authenticated one",
                       .clause = "9303-11 §9.8.4",
                       .sw = secured.sw});
  }
  ResponseApdu plain{.data = {}, .sw = parts.status};
  if (parts.cryptogram) {
    plain.data.resize(parts.cryptogram->size());
    CICADA_TRY(const auto iv, initialization_vector());
    CICADA_CHECK(cipher.decrypt_cbc(ByteView{iv}.first(block), *parts.cryptogram, plain.data));
    CICADA_TRY(const auto size, unpadded_size(plain.data, block));
    plain.data.resize(size);
  }
  return plain;
}

SecureMessaging::SecureMessaging(Cipher cipher, std::unique_ptr<State> state) noexcept
    : cipher_(cipher), state_(std::move(state)) {}
SecureMessaging::SecureMessaging(SecureMessaging&&) noexcept = default;
SecureMessaging& SecureMessaging::operator=(SecureMessaging&&) noexcept = default;
SecureMessaging::~SecureMessaging() = default;

// The keys come by value, so that the caller has none left: they are wiped when this function returns.
Result<SecureMessaging> SecureMessaging::create(Cipher cipher, KsEnc ks_enc, KsMac ks_mac, Ssc ssc) {
  const std::size_t block = cipher == Cipher::tdes ? 8 : kMaxBlock;
  if (ssc.octets().size() != block || ks_enc.size() != ks_mac.size()) {
    return base::fail({.fault = Fault::bad_input, .what = "session keys or counter of the wrong size"});
  }
  CICADA_TRY(auto block_cipher, BlockCipher::create(algorithm_for(cipher, ks_enc.size()), ks_enc.expose()));
  if (cipher == Cipher::tdes) {
    CICADA_TRY(auto mac, RetailMac::create(ks_mac.expose()));
    return SecureMessaging{cipher,
                           std::unique_ptr<State>{new State{std::move(block_cipher), std::move(mac), ssc, block}}};
  }
  CICADA_TRY(auto mac, Cmac::create(ks_mac.expose()));
  return SecureMessaging{cipher,
                         std::unique_ptr<State>{new State{std::move(block_cipher), std::move(mac), ssc, block}}};
}

Result<SecureMessaging> SecureMessaging::tdes(KsEnc ks_enc, KsMac ks_mac, Ssc ssc) {
  return create(Cipher::tdes, std::move(ks_enc), std::move(ks_mac), ssc);
}

Result<SecureMessaging> SecureMessaging::aes(KsEnc ks_enc, KsMac ks_mac, Ssc ssc) {
  return create(Cipher::aes, std::move(ks_enc), std::move(ks_mac), ssc);
}

Result<CommandApdu> SecureMessaging::wrap_command(const CommandApdu& plain) {
  if (!state_) return dead();
  auto secured = state_->wrap(plain);
  if (!secured) state_.reset();
  return secured;
}

Result<ResponseApdu> SecureMessaging::unwrap_response(const ResponseApdu& secured) {
  if (!state_) return dead();
  auto plain = state_->unwrap(secured);
  if (!plain) state_.reset();
  return plain;
}

std::size_t SecureMessaging::max_response_data(std::size_t ne) const noexcept {
  const std::size_t block = cipher_ == Cipher::tdes ? 8 : kMaxBlock;
  constexpr std::size_t kStatusAndChecksum = 2 + 2 + 2 + kChecksumSize;
  // The cryptogram c (with its padding indicator) under tag and length, DO'99' and DO'8E'.
  std::size_t c = ne / block * block;
  while (c > 0 && prefix_size(c + 1) + c + 1 + kStatusAndChecksum > ne) c -= block;
  return c == 0 ? 0 : c - 1;
}

std::size_t SecureMessaging::max_command_data(std::size_t nc, bool with_le) const noexcept {
  const std::size_t block = cipher_ == Cipher::tdes ? 8 : kMaxBlock;
  const std::size_t rest = (with_le ? 3 : 0) + 2 + kChecksumSize;
  std::size_t c = nc / block * block;
  while (c > 0 && prefix_size(c + 1) + c + 1 + rest > nc) c -= block;
  return c == 0 ? 0 : c - 1;
}

}  // namespace cicada::host::sm
