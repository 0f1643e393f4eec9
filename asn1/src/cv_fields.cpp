#include "cv_fields.h"

#include <algorithm>
#include <array>

#include "cicada/asn1/oids.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kDateSize = 6;
constexpr int kFirstYear = 2000;
constexpr int kLastYear = 2099;
constexpr std::uint8_t kProfileVersion = 0;
/// Authorizations of kinds that are not known here may be longer, but not by any measure.
constexpr std::size_t kMaxAuthorizationSize = 64;

/// Octets that the authorization of this kind of terminal has; 0 when the kind is not known.
std::size_t authorization_size(const Oid& terminal_type) noexcept {
  if (terminal_type == oids::kRoleInspectionSystem || terminal_type == oids::kRoleSignatureTerminal) return 1;
  return terminal_type == oids::kRoleAuthenticationTerminal ? 5 : 0;
}

bool fits(const CvAuthorization& authorization) noexcept {
  const auto size = authorization_size(authorization.terminal_type);
  if (size != 0) return authorization.bits.size() == size;
  return !authorization.bits.empty() && authorization.bits.size() <= kMaxAuthorizationSize;
}

}  // namespace

bool is_cv_reference(std::string_view text) noexcept {
  const auto printable = [](char c) {
    const auto octet = static_cast<std::uint8_t>(c);
    return (octet >= 0x20 && octet <= 0x7E) || octet >= 0xA0;
  };
  return !text.empty() && text.size() <= kMaxCvReferenceSize && std::ranges::all_of(text, printable);
}

CvRole CvAuthorization::role() const noexcept {
  return bits.empty() ? CvRole::terminal : static_cast<CvRole>(bits.front() >> 6U);
}

bool CvAuthorization::allows(std::size_t right) const noexcept {
  constexpr std::size_t kRoleBits = 2;
  if (right + kRoleBits >= bits.size() * 8) return false;
  const std::uint32_t octet = bits[bits.size() - 1 - right / 8];
  return ((octet >> (right % 8)) & 1U) != 0;
}

CvAuthorization inspection_system(CvRole role, bool dg3, bool dg4) {
  const auto rights = (dg3 ? 1U << kRightDg3 : 0U) | (dg4 ? 1U << kRightDg4 : 0U);
  return {.terminal_type = oids::kRoleInspectionSystem,
          .bits = {static_cast<std::uint8_t>((static_cast<unsigned>(role) << 6U) | rights)}};
}

namespace cv {

Result<void> read_profile(TlvReader& reader) {
  CICADA_TRY(const auto profile, reader.expect(tags::kProfile));
  if (profile.value.size() != 1 || profile.value[0] != kProfileVersion) {
    return fail({.fault = Fault::unsupported,
                 .what = "profile of the card-verifiable certificate",
                 .clause = "TR-03110-3 C.1.1"});
  }
  return {};
}

Result<std::string> reference_of(const Tlv& object) {
  const auto text = base::as_text(object.value);
  if (!is_cv_reference(text)) {
    return fail({.fault = Fault::malformed,
                 .what = "reference is not a text of 1 to 16 characters",
                 .clause = "TR-03110-3 A.6.1"});
  }
  return std::string{text};
}

Result<CvAuthorization> authorization_of(const Tlv& object) {
  TlvReader reader{object.value, Rules::der};
  CICADA_TRY(const auto type, reader.expect(tags::kOid));
  CICADA_TRY(const auto bits, reader.expect(tags::kDiscretionary));
  CICADA_CHECK(reader.expect_end());
  CvAuthorization authorization;
  CICADA_TRY(authorization.terminal_type, Oid::from_content(type.value));
  authorization.bits = base::to_bytes(bits.value);
  if (!fits(authorization)) {
    return fail({.fault = Fault::malformed,
                 .what = "authorization has another length than its kind of terminal",
                 .clause = "TR-03110-3 C.1.5"});
  }
  return authorization;
}

Result<base::Date> date_of(const Tlv& object) {
  const auto digits = object.value;
  const auto bad =
      fail({.fault = Fault::malformed, .what = "date is not six digits of a day", .clause = "TR-03110-3 D.2.1.3"});
  if (digits.size() != kDateSize || std::ranges::any_of(digits, [](std::uint8_t digit) { return digit > 9; })) {
    return bad;
  }
  const base::Date date{std::chrono::year{kFirstYear + digits[0] * 10 + digits[1]},
                        std::chrono::month{digits[2] * 10U + digits[3]}, std::chrono::day{digits[4] * 10U + digits[5]}};
  if (!date.ok()) return bad;
  return date;
}

Result<std::vector<CvExtension>> read_extensions(TlvReader& reader) {
  std::vector<CvExtension> extensions;
  CICADA_TRY(const auto list, reader.accept(tags::kExtensions));
  if (!list) return extensions;
  TlvReader elements{list->value, Rules::der};
  while (!elements.at_end()) {
    if (extensions.size() == kMaxCvExtensions) return fail({.fault = Fault::limit, .what = "too many extensions"});
    CICADA_TRY(const auto element, elements.expect(tags::kExtension));
    TlvReader parts{element.value, Rules::der};
    CICADA_TRY(const auto type, parts.expect(tags::kOid));
    CvExtension extension;
    CICADA_TRY(extension.type, Oid::from_content(type.value));
    extension.data = base::to_bytes(parts.rest());
    CICADA_CHECK(read_all(extension.data, Rules::der));
    extensions.push_back(std::move(extension));
  }
  return extensions;
}

Bytes encode_profile() {
  return encode_tlv(tags::kProfile, ByteView{&kProfileVersion, 1});
}

Result<Bytes> encode_reference(Tag tag, std::string_view text) {
  if (!is_cv_reference(text)) {
    return fail({.fault = Fault::bad_input,
                 .what = "reference is not a text of 1 to 16 characters",
                 .clause = "TR-03110-3 A.6.1"});
  }
  return encode_tlv(tag, base::as_bytes(text));
}

Result<Bytes> encode_authorization(const CvAuthorization& authorization) {
  if (!fits(authorization)) {
    return fail({.fault = Fault::bad_input,
                 .what = "authorization has another length than its kind of terminal",
                 .clause = "TR-03110-3 C.1.5"});
  }
  return encode_tlv(tags::kAuthorization,
                    {authorization.terminal_type.der(), encode_tlv(tags::kDiscretionary, authorization.bits)});
}

Result<Bytes> encode_date(Tag tag, base::Date date) {
  const auto year = static_cast<int>(date.year());
  if (!date.ok() || year < kFirstYear || year > kLastYear) {
    return fail(
        {.fault = Fault::bad_input, .what = "date is not a day from 2000 to 2099", .clause = "TR-03110-3 D.2.1.3"});
  }
  const auto month = static_cast<unsigned>(date.month());
  const auto day = static_cast<unsigned>(date.day());
  const auto in_century = static_cast<unsigned>(year - kFirstYear);
  Bytes digits;
  for (const auto number : {in_century, month, day}) {
    digits.push_back(static_cast<std::uint8_t>(number / 10));
    digits.push_back(static_cast<std::uint8_t>(number % 10));
  }
  return encode_tlv(tag, digits);
}

Result<Bytes> encode_extensions(const std::vector<CvExtension>& extensions) {
  if (extensions.empty()) return Bytes{};
  if (extensions.size() > kMaxCvExtensions) return fail({.fault = Fault::bad_input, .what = "too many extensions"});
  Bytes elements;
  for (const auto& extension : extensions) {
    if (!read_all(extension.data, Rules::der)) {
      return fail({.fault = Fault::bad_input, .what = "extension does not consist of data objects"});
    }
    base::append(elements, encode_tlv(tags::kExtension, {extension.type.der(), extension.data}));
  }
  return encode_tlv(tags::kExtensions, elements);
}

}  // namespace cv

}  // namespace cicada::asn1
