#include "cicada/applet_sim/sm/secure_messaging.h"

#include <algorithm>

#include "cicada/applet_sim/tlv/tlv.h"
#include "cicada/base/secret.h"

namespace cicada::applet_sim::sm {
namespace {

namespace sw = apdu::sw;
using crypto::mbedtls::BlockCipher;
using crypto::mbedtls::Cmac;
using crypto::mbedtls::RetailMac;
using security::Lapse;
using security::Lapses;

constexpr tlv::Tag kCryptogram = 0x87;     // padding indicator || cryptogram: commands with an even INS
constexpr tlv::Tag kCryptogramOdd = 0x85;  // cryptogram alone: odd INS
constexpr tlv::Tag kLe = 0x97;
constexpr tlv::Tag kStatus = 0x99;
constexpr tlv::Tag kMac = 0x8E;
constexpr std::uint8_t kPaddedByMethod2 = 0x01;
constexpr std::size_t kMacSize = 8;
constexpr std::size_t kTrailer = 4 + 2 + kMacSize;  // DO'99' and DO'8E' of a response

/// ISO/IEC 9797-1 padding method 2, as much of it as is needed.
constexpr std::array<std::uint8_t, 16> kPadding = {0x80};

std::unexpected<base::Error> missing(base::Literal what) {
  return base::fail(
      {.fault = base::Fault::security, .what = what, .clause = "9303-11 §9.8.4", .sw = sw::k6987SmObjectMissing});
}

std::unexpected<base::Error> incorrect(base::Literal what) {
  return base::fail(
      {.fault = base::Fault::security, .what = what, .clause = "9303-11 §9.8.4", .sw = sw::k6988SmObjectIncorrect});
}

/// Octets of padding behind `size` octets: at least one.
std::size_t padding_after(std::size_t size, std::size_t block) {
  return block - size % block;
}

/// What a protected command carries, in the only order there is: [85|87] [97] 8E.
struct Objects {
  bool has_data = false;
  base::ByteView cryptogram = {};
  apdu::Expected le = {};
  base::ByteView authenticated = {};  ///< everything before DO'8E'
  base::ByteView mac = {};
};

base::Result<void> read_cryptogram(const tlv::Object& object, bool odd, Lapses lapses, Objects& objects) {
  if (odd != (object.tag == kCryptogramOdd)) return incorrect("DO'85' belongs to odd, DO'87' to even instructions");
  objects.has_data = true;
  objects.cryptogram = object.value;
  if (odd) return {};
  const bool any = lapses.has(Lapse::padding_indicator);
  if (object.value.empty() || (object.value[0] != kPaddedByMethod2 && !any)) {
    return incorrect("wrong padding indicator");
  }
  objects.cryptogram = object.value.subspan(1);
  return {};
}

base::Result<apdu::Expected> read_le(base::ByteView value) {
  if (value.empty() || value.size() > 2) return incorrect("DO'97' has one or two octets");
  std::uint32_t ne = 0;
  for (const auto octet : value) ne = (ne << 8U) | octet;
  if (ne != 0) return apdu::Expected{.ne = ne};
  return apdu::Expected{.ne = value.size() == 1 ? 256U : 65536U, .maximum = true};
}

base::Result<tlv::Object> read_object(tlv::Reader& reader) {
  auto object = reader.next();
  if (!object) return incorrect("a malformed object");
  return object;
}

base::Result<Objects> read_objects(const apdu::CommandView& command, Lapses lapses) {
  Objects objects;
  tlv::Reader reader{command.data};
  std::size_t authenticated = 0;
  if (reader.peek() == kCryptogram || reader.peek() == kCryptogramOdd) {
    CICADA_TRY(const auto object, read_object(reader));
    CICADA_CHECK(read_cryptogram(object, command.odd(), lapses, objects));
    authenticated += object.raw.size();
  }
  if (reader.peek() == kLe) {
    CICADA_TRY(const auto object, read_object(reader));
    CICADA_TRY(objects.le, read_le(object.value));
    authenticated += object.raw.size();
  }
  objects.authenticated = command.data.first(authenticated);
  if (reader.at_end() && lapses.has(Lapse::missing_mac)) return objects;
  if (reader.at_end()) return missing("DO'8E' is missing");
  CICADA_TRY(const auto object, read_object(reader));
  if (object.tag != kMac) return incorrect("an object that is unknown, out of order or there twice");
  if (object.value.size() != kMacSize) return incorrect("DO'8E' has eight octets");
  if (!reader.at_end()) return incorrect("octets behind DO'8E'");
  objects.mac = object.value;
  return objects;
}

}  // namespace

SecureMessaging::SecureMessaging(BlockCipher cipher, Mac mac, std::size_t block, Ssc ssc) noexcept
    : cipher_(std::move(cipher)), mac_(std::move(mac)), block_(block) {
  std::ranges::copy(ssc, ssc_.begin());
}

base::Result<SecureMessaging> SecureMessaging::create(const SessionKeys& keys, Ssc ssc) {
  const auto algorithm = cipher_of(keys.algorithm);
  const auto block = crypto::mbedtls::block_size(algorithm);
  if (ssc.size() != block) return base::fail({.fault = base::Fault::bad_input, .what = "the SSC is one block long"});
  CICADA_TRY(auto cipher, BlockCipher::create(algorithm, keys.ks_enc.expose()));
  if (keys.algorithm == Algorithm::tdes) {
    CICADA_TRY(auto mac, RetailMac::create(keys.ks_mac.expose()));
    return SecureMessaging{std::move(cipher), std::move(mac), block, ssc};
  }
  CICADA_TRY(auto mac, Cmac::create(keys.ks_mac.expose()));
  return SecureMessaging{std::move(cipher), std::move(mac), block, ssc};
}

void SecureMessaging::advance_ssc() noexcept {
  // 9303-11 §9.8.7: before every command and every response. A number of 8 or 16 octets that may start anywhere, so it
  // goes on from the highest value to zero; no session lives long enough to come back to a value.
  for (std::size_t i = block_; i-- > 0;) {
    if (++ssc_[i] != 0) return;
  }
}

base::Result<std::array<std::uint8_t, SecureMessaging::kMaxBlock>> SecureMessaging::iv() const {
  std::array<std::uint8_t, kMaxBlock> iv{};
  // 9303-11 §9.8.6: zero for 3DES, the encrypted SSC for AES.
  if (block_ == kMaxBlock) CICADA_CHECK(cipher_.encrypt_block(ssc(), iv));
  return iv;
}

base::Result<SecureMessaging::MacValue> SecureMessaging::mac_over(base::ByteView head, base::ByteView objects,
                                                                  bool pad) const {
  const auto padding = base::ByteView{kPadding}.first(pad ? padding_after(objects.size(), block_) : 0);
  if (const auto* retail = std::get_if<RetailMac>(&mac_)) return retail->compute({ssc(), head, objects, padding});
  CICADA_TRY(const auto full, std::get<Cmac>(mac_).compute({ssc(), head, objects, padding}));
  MacValue value{};
  std::copy_n(full.begin(), value.size(), value.begin());
  return value;
}

base::Result<void> SecureMessaging::verify_mac(const apdu::CommandView& command, base::ByteView objects,
                                               base::ByteView mac) const {
  std::array<std::uint8_t, kMaxBlock> header = {command.cla, command.ins, command.p1, command.p2, kPadding[0]};
  const auto head = base::ByteView{header}.first(block_);
  CICADA_TRY(const auto expected, mac_over(head, objects, true));
  bool same = base::constant_time_equal(expected, mac);
  if (!same && objects.empty()) {
    // A command without data and Le: whether the padded header is padded once more is read in both ways.
    CICADA_TRY(const auto unpadded, mac_over(head, {}, false));
    same = base::constant_time_equal(unpadded, mac);
  }
  if (!same) return incorrect("wrong MAC");
  return {};
}

base::Result<void> SecureMessaging::verify_with_old_counter(const apdu::CommandView& command, base::ByteView objects,
                                                            base::ByteView mac) {
  if (verify_mac(command, objects, mac)) return {};
  const auto now = ssc_;
  for (std::size_t i = block_; i-- > 0;) {
    if (ssc_[i]-- != 0) break;
  }
  auto verified = verify_mac(command, objects, mac);
  if (!verified) ssc_ = now;
  return verified;
}

base::Result<base::Bytes> SecureMessaging::decrypt(base::ByteView cryptogram, bool any_padding) const {
  if (cryptogram.empty() || cryptogram.size() % block_ != 0) return incorrect("a cryptogram is a number of blocks");
  base::Bytes data(cryptogram.size());
  CICADA_TRY(const auto start, iv());
  CICADA_CHECK(cipher_.decrypt_cbc(base::ByteView{start}.first(block_), cryptogram, data));
  std::size_t size = data.size();
  while (size > 0 && data[size - 1] == 0) --size;
  const bool padded = size != 0 && data[size - 1] == kPadding[0] && data.size() - size < block_;
  if (!padded && any_padding && size != 0) {
    data.resize(size);
    return data;
  }
  if (!padded) {
    base::wipe(data);
    return incorrect("wrong padding");
  }
  data.resize(size - 1);
  if (data.empty()) return incorrect("a cryptogram of nothing");
  return data;
}

std::size_t SecureMessaging::room_for_data(std::size_t outer) const noexcept {
  const auto limit = std::min(outer, apdu::kMaxResponseData);
  const std::size_t indicator = odd_ ? 0 : 1;
  if (limit < kTrailer + 2 + indicator + block_) return 0;
  auto blocks = (limit - kTrailer - 2 - indicator) / block_;
  const auto size_of = [&](std::size_t count) {
    const auto value = count * block_ + indicator;
    return tlv::header_size(kCryptogram, value) + value + kTrailer;
  };
  while (blocks > 0 && size_of(blocks) > limit) --blocks;  // at most two rounds: longer length octets
  return blocks == 0 ? 0 : blocks * block_ - 1;
}

base::Result<apdu::CommandApdu> SecureMessaging::unwrap_command(const apdu::CommandView& command, Required required,
                                                                Lapses lapses) {
  advance_ssc();
  odd_ = command.odd();
  CICADA_TRY(const auto objects, read_objects(command, lapses));
  if (lapses.has(Lapse::missing_objects)) required = {};
  if (required.data && !objects.has_data) return missing("the command needs DO'87' or DO'85'");
  if (required.le && !objects.le.present()) return missing("the command needs DO'97'");
  const bool unverified = lapses.has(Lapse::command_mac) || objects.mac.empty();
  if (lapses.has(Lapse::command_counter)) {
    CICADA_CHECK(verify_with_old_counter(command, objects.authenticated, objects.mac));
  } else if (!unverified) {
    CICADA_CHECK(verify_mac(command, objects.authenticated, objects.mac));
  }
  base::Bytes data;
  if (objects.has_data) {
    CICADA_TRY(data, decrypt(objects.cryptogram, lapses.has(Lapse::command_padding)));
  }
  auto header = command;
  header.data = {};
  header.le = objects.le;
  // Without an outer Le field the terminal is taken to have room for a short response.
  header.room = room_for_data(command.le.present() ? command.le.ne : 256);
  return apdu::CommandApdu{header, std::move(data)};
}

base::Result<void> SecureMessaging::append_cryptogram(base::Bytes& to, base::ByteView data, const Wrapping& how) const {
  const auto padding = padding_after(data.size(), block_);
  const std::size_t indicator = odd_ ? 0 : 1;
  tlv::append_header(to, odd_ ? kCryptogramOdd : kCryptogram, data.size() + padding + indicator);
  if (!odd_) to.push_back(how.indicator);
  const auto start = to.size();
  base::append(to, data);
  to.push_back(how.padding);
  to.resize(to.size() + padding - 1);
  const auto cryptogram = base::MutableByteView{to}.subspan(start);
  CICADA_TRY(const auto vector, iv());
  return cipher_.encrypt_cbc(base::ByteView{vector}.first(block_), cryptogram, cryptogram);
}

base::Result<base::Bytes> SecureMessaging::wrap_response(apdu::ResponseApdu&& response, const Wrapping& how) {
  for (unsigned step = 0; step < how.ssc_steps; ++step) advance_ssc();
  base::Bytes octets;
  octets.reserve(response.data.size() + 2 * kMaxBlock + kTrailer + 8);
  if (!response.data.empty()) CICADA_CHECK(append_cryptogram(octets, response.data, how));
  const std::array<std::uint8_t, 2> status = {static_cast<std::uint8_t>(response.sw >> 8U),
                                              static_cast<std::uint8_t>(response.sw)};
  tlv::append(octets, kStatus, status);
  if (how.edit) how.edit(octets);
  CICADA_TRY(const auto mac, mac_over({}, octets, true));
  tlv::append(octets, kMac, mac);
  base::append(octets, status);
  return octets;
}

}  // namespace cicada::applet_sim::sm
