// Commands: protected as they must be, then bent.
#include <algorithm>
#include <utility>

#include "cicada/base/cursor.h"
#include "cicada/conformance/terminal/session.h"
#include "objects.h"
#include "sm_crypto.h"

namespace cicada::conformance::terminal {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using host::iso7816::CommandApdu;
using model::Tamper;

namespace {

constexpr std::uint8_t kSecureMessagingClass = 0x0C;
constexpr std::uint8_t kProprietaryClass = 0x80;

std::unexpected<base::Error> nothing_to_change() {
  return base::fail({.fault = Fault::bad_input, .what = "the command has nothing that this tampering could change"});
}

/// One command on its way: what it was, what is done to it, what it has become.
struct Wrapping {
  const CommandApdu& plain;
  std::span<const Tamper> tampers;
  std::uint8_t cla = 0;
  std::vector<Object> objects = {};

  [[nodiscard]] bool has(Tamper tamper) const { return std::ranges::find(tampers, tamper) != tampers.end(); }
  [[nodiscard]] bool has_any(std::initializer_list<Tamper> some) const {
    return std::ranges::any_of(some, [&](Tamper tamper) { return has(tamper); });
  }
  Result<void> check() const;
  Result<void> add_cryptogram(const SmCrypto& crypto, ByteView ssc);
  void add_expected_length();
  Result<void> add_checksum(const SmCrypto& crypto, ByteView ssc);
  Result<void> bend_objects();
  Result<Bytes> encode_apdu();
};

/// Words that need something which the command has not, or that exclude each other, would prove nothing.
Result<void> Wrapping::check() const {
  using enum Tamper;
  if (plain.data.size() > host::iso7816::kMaxNc - 64 ||
      (plain.ne && (*plain.ne == 0 || *plain.ne > host::iso7816::kMaxNe))) {
    return base::fail({.fault = Fault::bad_input, .what = "the command has no protected form"});
  }
  const bool odd = plain.ins % 2 != 0;
  if (plain.data.empty() && has_any({drop_cryptogram, wrong_padding, wrong_padding_indicator, wrong_cryptogram_tag,
                                     empty_cryptogram, flip_cryptogram})) {
    return nothing_to_change();
  }
  if (!plain.ne && has_any({drop_le, duplicate_le})) return nothing_to_change();
  if (has(wrong_padding_indicator) && odd == !has(wrong_cryptogram_tag)) return nothing_to_change();
  const std::pair<Tamper, Tamper> exclusive[] = {{stale_ssc, skip_ssc},
                                                 {drop_le, duplicate_le},
                                                 {truncate_lc, extend_lc},
                                                 {drop_mac, flip_mac},
                                                 {drop_mac, short_mac},
                                                 {drop_mac, mac_first},
                                                 {class_00, class_8c},
                                                 {drop_cryptogram, wrong_padding},
                                                 {drop_cryptogram, wrong_padding_indicator},
                                                 {drop_cryptogram, wrong_cryptogram_tag},
                                                 {drop_cryptogram, empty_cryptogram},
                                                 {drop_cryptogram, flip_cryptogram},
                                                 {empty_cryptogram, wrong_padding},
                                                 {empty_cryptogram, flip_cryptogram}};
  for (const auto& [one, other] : exclusive) {
    if (has(one) && has(other)) {
      return base::fail({.fault = Fault::bad_input, .what = "two tamperings that exclude each other"});
    }
  }
  return {};
}

/// DO'87' with its padding indicator, or DO'85' without.
Result<void> Wrapping::add_cryptogram(const SmCrypto& crypto, ByteView ssc) {
  if (plain.data.empty() || has(Tamper::drop_cryptogram)) return {};
  const bool even = plain.ins % 2 == 0;
  Object object{.tag = even != has(Tamper::wrong_cryptogram_tag) ? kCryptogramEvenIns : kCryptogramOddIns, .value = {}};
  if (object.tag == kCryptogramEvenIns) {
    object.value.push_back(has(Tamper::wrong_padding_indicator) ? 0x02 : kPaddingMethod2);
  }
  if (!has(Tamper::empty_cryptogram)) {
    auto blocks = padded(plain.data, ssc.size());
    if (has(Tamper::wrong_padding)) blocks[plain.data.size()] = 0x00;
    CICADA_TRY(const auto cryptogram, crypto.encrypt(ssc, blocks));
    base::append(object.value, cryptogram);
  }
  objects.push_back(std::move(object));
  return {};
}

void Wrapping::add_expected_length() {
  if (!plain.ne || has(Tamper::drop_le)) return;
  Object object{.tag = kExpectedLength, .value = {}};
  base::append_unsigned(object.value, *plain.ne, plain.needs_extended() ? 2 : 1);  // 256 and 65536 become zeros
  if (has(Tamper::duplicate_le)) objects.push_back(object);
  objects.push_back(std::move(object));
}

Result<void> Wrapping::add_checksum(const SmCrypto& crypto, ByteView ssc) {
  const Bytes header = {cla, plain.ins, plain.p1, plain.p2};
  CICADA_TRY(const auto checksum, crypto.checksum(ssc, header, encode(objects)));
  objects.push_back({.tag = kChecksum, .value = base::to_bytes(checksum)});
  return {};
}

/// What the MAC does not know of. DO'8E' stands last when this begins.
Result<void> Wrapping::bend_objects() {
  using enum Tamper;
  if (has(flip_cryptogram)) {
    const auto cryptogram = std::ranges::find_if(objects, [](const Object& object) {
      return object.tag == kCryptogramEvenIns || object.tag == kCryptogramOddIns;
    });
    if (cryptogram == objects.end()) return nothing_to_change();
    cryptogram->value.back() ^= 0x01U;
  }
  if (has(flip_mac)) objects.back().value.back() ^= 0x01U;
  if (has(short_mac)) objects.back().value.pop_back();
  if (has(drop_mac)) {
    objects.pop_back();
  } else if (has(mac_first)) {
    if (objects.size() == 1) return nothing_to_change();
    std::ranges::rotate(objects, objects.end() - 1);
  }
  return {};
}

/// Header, Lc, objects, Le: all short, or all extended.
Result<Bytes> Wrapping::encode_apdu() {
  if (has(Tamper::class_00)) cla = 0x00;
  if (has(Tamper::broken_chain)) cla |= host::iso7816::kChainedClass;
  Bytes apdu = {cla, plain.ins, plain.p1, plain.p2};
  const auto body = encode(objects);
  const bool extended = plain.needs_extended() || body.size() > host::iso7816::kMaxShortNc;
  std::size_t lc = body.size();
  if (has_any({Tamper::truncate_lc, Tamper::extend_lc})) {
    if (body.empty()) return nothing_to_change();
    lc = has(Tamper::extend_lc) ? lc + 1 : lc - 1;
    if (!extended && (lc == 0 || lc > host::iso7816::kMaxShortNc)) return nothing_to_change();
  }
  if (extended) apdu.push_back(0x00);
  if (!body.empty()) {
    base::append_unsigned(apdu, lc, extended ? 2 : 1);
    base::append(apdu, body);
  }
  if (!has(Tamper::no_outer_le)) base::append_unsigned(apdu, 0, extended ? 2 : 1);
  return apdu;
}

}  // namespace

Result<Bytes> Session::wrap(const CommandApdu& plain, std::span<const Tamper> tampers) {
  Wrapping wrapping{
      .plain = plain, .tampers = tampers, .cla = static_cast<std::uint8_t>(plain.cla | kSecureMessagingClass)};
  CICADA_CHECK(wrapping.check());
  if (wrapping.has(Tamper::class_8c)) wrapping.cla |= kProprietaryClass;
  CICADA_TRY(const auto crypto, SmCrypto::create(kind_, enc_.expose(), mac_.expose()));
  auto ssc = ssc_;  // the counter stays where it was when there is nothing to send
  if (!wrapping.has(Tamper::stale_ssc)) increment(ssc);
  if (wrapping.has(Tamper::skip_ssc)) increment(ssc);
  CICADA_CHECK(wrapping.add_cryptogram(crypto, ssc));
  wrapping.add_expected_length();
  if (wrapping.has(Tamper::unknown_object)) wrapping.objects.insert(wrapping.objects.begin(), {kUnknownObject, {0x00}});
  CICADA_CHECK(wrapping.add_checksum(crypto, ssc));
  CICADA_CHECK(wrapping.bend_objects());
  CICADA_TRY(auto apdu, wrapping.encode_apdu());
  ssc_ = std::move(ssc);
  return apdu;
}

}  // namespace cicada::conformance::terminal
