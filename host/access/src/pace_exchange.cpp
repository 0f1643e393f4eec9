#include "pace_exchange.h"

#include <array>
#include <utility>

#include "cicada/asn1/tlv.h"
#include "cicada/host/iso7816/sw.h"

namespace cicada::host::access::pace {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
namespace sw = iso7816::sw;

namespace {

constexpr std::uint8_t kInsManageSecurityEnvironment = 0x22;
constexpr std::uint8_t kInsGeneralAuthenticate = 0x86;
constexpr asn1::Tag kDynamicAuthenticationData = 0x7C;
constexpr asn1::Tag kCar = 0x87;
constexpr asn1::Tag kPreviousCar = 0x88;
constexpr asn1::Tag kChipAuthenticationData = 0x8A;
/// 63Cx: x attempts are left.
constexpr std::uint16_t kTriesLeft = 0x63C0;
constexpr std::uint16_t kTriesLeftMask = 0xFFF0;
constexpr std::uint8_t kMostTries = 0x0F;

bool names_tries(std::uint16_t status) noexcept {
  return (status & kTriesLeftMask) == kTriesLeft;
}

bool has_counter(PasswordKind password) noexcept {
  return password == PasswordKind::pin || password == PasswordKind::puk;
}

std::unexpected<base::Error> refusal(base::Literal what, std::uint16_t status, base::Literal hint = "") {
  return base::fail(
      {.fault = Fault::card_status, .what = what, .clause = "9303-11 §4.4.4", .hint = hint, .sw = status});
}

std::unexpected<base::Error> bad_form(std::size_t at) {
  return base::fail({.fault = Fault::malformed,
                     .what = "the card's answer has not the objects of its step",
                     .clause = "9303-11 §4.4.4.2",
                     .at = at});
}

std::unexpected<base::Error> blocked(std::uint16_t status) {
  return refusal("this PIN or PUK is blocked", status, "unblock a PIN with its PUK, or use another password");
}

/// The object `tag` when it is next; nothing when it is not.
Result<std::optional<Bytes>> optional_object(asn1::TlvReader& reader, asn1::Tag tag) {
  CICADA_TRY(const auto object, reader.accept(tag));
  if (!object) return std::nullopt;
  return base::to_bytes(object->value);
}

}  // namespace

std::unexpected<base::Error> Exchange::refused_template(std::uint16_t status) const {
  switch (status) {
    case sw::k6983AuthenticationBlocked: return blocked(status);
    case sw::k6283FileDeactivated:
      return refusal("this PIN is deactivated", status, "it must be activated by an authority");
    case sw::k6A88ReferencedDataNotFound:
      return refusal("the card does not know this kind of password, or not these domain parameters", status,
                     "try the MRZ instead of the CAN, or the other way round");
    case sw::k6D00InstructionNotSupported:
    case sw::k6E00ClassNotSupported: return refusal("the card does not do PACE", status);
    default: return refusal("the card refuses the PACE protocol that it offers", status);
  }
}

/// A counter that stands low is no reason to fail, except where going on could block the password.
Result<void> Exchange::heed_counter(std::uint16_t status) {
  tries_left_ = static_cast<std::uint8_t>(status & kMostTries);
  if (*tries_left_ == 0) return blocked(status);
  if (*tries_left_ == 1 && has_counter(password_) && !options_.spend_last_try) {
    return refusal("one try is left with this PIN or PUK, and it was not spent", status,
                   "a suspended PIN is resumed by opening the chip with the CAN first");
  }
  return {};
}

Result<void> Exchange::set_authentication_template() {
  Bytes data;
  asn1::append_tlv(data, 0x80, offer_.protocol.oid.content());
  asn1::append_tlv(data, 0x83, std::array{std::to_underlying(password_)});
  // Standardized parameters have one octet. Chips that offer one set could do without; some want it all the same.
  asn1::append_tlv(data, 0x84, std::array{static_cast<std::uint8_t>(offer_.parameter_id)});
  CICADA_TRY(const auto response,
             plain_.exchange({.ins = kInsManageSecurityEnvironment, .p1 = 0xC1, .p2 = 0xA4, .data = std::move(data)}));
  if (response.ok()) return {};
  if (names_tries(response.sw)) return heed_counter(response.sw);
  return refused_template(response.sw);
}

std::unexpected<base::Error> Exchange::refused_step(const Step& step, std::uint16_t status) {
  if (names_tries(status)) tries_left_ = static_cast<std::uint8_t>(status & kMostTries);
  if (status == sw::k6983AuthenticationBlocked) {
    tries_left_ = std::uint8_t{0};
    return blocked(status);
  }
  // Another password gives another nonce, so the first thing that is wrong is the token.
  if (step.last) {
    switch (password_) {
      case PasswordKind::mrz:
        return refusal("the MRZ data does not open this card", status,
                       "check document number, birth date and expiry date, digit by digit");
      case PasswordKind::can: return refusal("the CAN does not open this card", status, "check its six digits");
      case PasswordKind::pin:
      case PasswordKind::puk: return refusal("the PIN or PUK does not open this card", status);
    }
  }
  if (step.request == kMap.request) return refusal("the card refuses the mapping data", status);
  if (step.request == kAgree.request) return refusal("the card refuses the ephemeral key", status);
  return refusal("the card gives no nonce", status);
}

Result<Bytes> Exchange::general_authenticate(const Step& step, ByteView value) {
  Bytes objects;
  if (step.request != 0) asn1::append_tlv(objects, step.request, value);
  auto data = asn1::encode_tlv(kDynamicAuthenticationData, objects);
  // An answer is as long as the request at most, except for the last: 86, 87, 88 and 8A fit a short response.
  const bool extended = data.size() > iso7816::kMaxShortNc;
  CICADA_TRY(auto response,
             plain_.exchange({.cla = step.last ? std::uint8_t{0x00} : iso7816::kChainedClass,
                              .ins = kInsGeneralAuthenticate,
                              .data = std::move(data),
                              .ne = static_cast<std::uint32_t>(extended ? iso7816::kMaxNe : iso7816::kMaxShortNe)}));
  if (!response.ok()) return refused_step(step, response.sw);
  return std::move(response.data);
}

Result<Bytes> Exchange::send(const Step& step, ByteView value) {
  CICADA_TRY(const auto data, general_authenticate(step, value));
  const auto outer = asn1::read_only(data, kDynamicAuthenticationData);
  if (!outer) return bad_form(outer.error().at.value_or(0));
  const bool empty_allowed = step.request == kMap.request && offer_.protocol.mapping == Mapping::integrated;
  // Chips answer the second nonce with an empty DO'82' or with nothing at all.
  if (empty_allowed && outer->value.empty()) return Bytes{};
  const auto object = asn1::read_only(outer->value, step.response);
  if (!object) return bad_form(object.error().at.value_or(0));
  return base::to_bytes(object->value);
}

Result<LastAnswer> Exchange::authenticate(ByteView token) {
  CICADA_TRY(const auto data, general_authenticate(kAuthenticate, token));
  const auto outer = asn1::read_only(data, kDynamicAuthenticationData);
  if (!outer) return bad_form(outer.error().at.value_or(0));
  asn1::TlvReader reader{outer->value};
  const auto objects = [&]() -> Result<LastAnswer> {
    LastAnswer answer;
    CICADA_TRY(const auto object, reader.expect(kAuthenticate.response));
    answer.token = base::to_bytes(object.value);
    CICADA_TRY(auto car, optional_object(reader, kCar));
    CICADA_TRY(auto previous, optional_object(reader, kPreviousCar));
    answer.car = std::move(car).value_or(Bytes{});
    answer.previous_car = std::move(previous).value_or(Bytes{});
    CICADA_TRY(auto chip, optional_object(reader, kChipAuthenticationData));
    answer.has_chip_authentication_data = chip.has_value();
    answer.chip_authentication_data = std::move(chip).value_or(Bytes{});
    CICADA_CHECK(reader.expect_end());
    return answer;
  }();
  if (!objects) return bad_form(reader.position());
  return objects;
}

}  // namespace cicada::host::access::pace
