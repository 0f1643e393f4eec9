// Single DER values: integers, times, strings; read and written.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "cicada/asn1/oid.h"
#include "cicada/asn1/tlv.h"
#include "cicada/base/clock.h"

namespace cicada::asn1 {

namespace tags {
inline constexpr Tag kBoolean = 0x01;
inline constexpr Tag kInteger = 0x02;
inline constexpr Tag kBitString = 0x03;
inline constexpr Tag kOctetString = 0x04;
inline constexpr Tag kNull = 0x05;
inline constexpr Tag kOid = 0x06;
inline constexpr Tag kUtf8String = 0x0C;
inline constexpr Tag kNumericString = 0x12;
inline constexpr Tag kPrintableString = 0x13;
inline constexpr Tag kTeletexString = 0x14;
inline constexpr Tag kIa5String = 0x16;
inline constexpr Tag kUtcTime = 0x17;
inline constexpr Tag kGeneralizedTime = 0x18;
inline constexpr Tag kVisibleString = 0x1A;
inline constexpr Tag kBmpString = 0x1E;
inline constexpr Tag kSequence = 0x30;
inline constexpr Tag kSet = 0x31;
inline constexpr Tag kContext0 = 0xA0;
inline constexpr Tag kContext3 = 0xA3;
}  // namespace tags

/// An unsigned number's octets without leading zeros; zero is one octet 00. The view points into `octets`.
[[nodiscard]] base::ByteView trim_unsigned(base::ByteView octets) noexcept;
/// The content octets of an INTEGER as an unsigned number, without leading zeros. A first bit of 1 (a negative number
/// by the rules) is taken for a forgotten 00, as documents in the field do. Fails with malformed when empty.
[[nodiscard]] base::Result<base::ByteView> unsigned_of_integer(base::ByteView content);
/// The content octets of a small INTEGER that is not negative. Fails with malformed, or limit above 2^32-1.
[[nodiscard]] base::Result<std::uint32_t> small_integer(base::ByteView content);
/// The content octets of a BIT STRING whose bits fill whole octets. Fails with malformed otherwise.
[[nodiscard]] base::Result<base::ByteView> octets_of_bit_string(base::ByteView content);
/// A UTCTime (YYMMDDHHMM[SS]Z, 1950 to 2049) or GeneralizedTime (YYYYMMDDHHMMSSZ). `time` is the object with its tag.
/// Fails with malformed on another form, tag, or a day that the calendar does not have (RFC 5280 §4.1.2.5).
[[nodiscard]] base::Result<base::Instant> time_of(const Tlv& time);
/// A time as certificates of the field have it.
struct FieldTime {
  base::Instant instant;
  bool proper = true;  ///< the form that time_of() takes
};
/// The same times, and those of BER that RFC 5280 forbids: without seconds, with a fraction of a second (left out),
/// with an offset from UTC, or without any zone (taken for UTC). Fails with malformed.
[[nodiscard]] base::Result<FieldTime> field_time_of(const Tlv& time);
/// The text of a string object as UTF-8: UTF8String, PrintableString, IA5String, NumericString and VisibleString as
/// they are, TeletexString taken for Latin-1, BMPString converted. Octets that do not fit become U+FFFD. Never fails:
/// for showing and for comparing names, not for deciding what was signed.
[[nodiscard]] std::string text_of(Tag string_tag, base::ByteView content);

/// INTEGER from unsigned big-endian octets of any length (made positive and minimal).
[[nodiscard]] base::Bytes encode_unsigned(base::ByteView big_endian);
[[nodiscard]] base::Bytes encode_integer(std::uint32_t value);
[[nodiscard]] base::Bytes encode_boolean(bool value);
[[nodiscard]] base::Bytes encode_null();
[[nodiscard]] base::Bytes encode_oid(const Oid& oid);
[[nodiscard]] base::Bytes encode_octet_string(base::ByteView content);
/// BIT STRING of whole octets.
[[nodiscard]] base::Bytes encode_bit_string(base::ByteView octets);
[[nodiscard]] base::Bytes encode_string(Tag string_tag, std::string_view text);
/// UTCTime for 1950 to 2049, GeneralizedTime otherwise (RFC 5280 §4.1.2.5). Fails with bad_input outside 0 to 9999.
[[nodiscard]] base::Result<base::Bytes> encode_time(base::Instant instant);
/// GeneralizedTime with seconds and Z.
[[nodiscard]] base::Result<base::Bytes> encode_generalized_time(base::Instant instant);
/// SEQUENCE around encoded elements, in this order.
[[nodiscard]] base::Bytes encode_sequence(std::initializer_list<base::ByteView> elements);
[[nodiscard]] base::Bytes encode_sequence(std::span<const base::Bytes> elements);
/// SET OF around encoded elements, sorted as DER wants it (X.690 §11.6).
[[nodiscard]] base::Bytes encode_set_of(std::span<const base::Bytes> elements);

}  // namespace cicada::asn1
