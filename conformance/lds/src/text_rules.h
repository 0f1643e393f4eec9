// Dates and characters.
#pragma once

#include <optional>
#include <string_view>

#include "cicada/base/bytes.h"

namespace cicada::conformance::lds {

[[nodiscard]] bool is_digits(std::string_view text) noexcept;
/// A to Z, 0 to 9, '<': what the MRZ is made of.
[[nodiscard]] bool is_mrz_text(std::string_view text) noexcept;
/// Well-formed UTF-8 (no over-long forms, no surrogates) without control characters.
[[nodiscard]] bool is_printable_utf8(base::ByteView octets) noexcept;
/// Well-formed UTF-8, any character.
[[nodiscard]] bool is_utf8(base::ByteView octets) noexcept;

/// Days of a month; 29 for February when `year` is a leap year or not given.
[[nodiscard]] unsigned days_in_month(unsigned month, std::optional<unsigned> year) noexcept;

/// Which parts of a date may be unknown.
enum class Unknown : bool { refused, allowed };
/// "CCYYMMDD" that the calendar has; unknown parts are 00 (month, day) and 0000 (year).
[[nodiscard]] bool is_full_date(std::string_view text, Unknown unknown) noexcept;
/// "HHMMSS"
[[nodiscard]] bool is_time_of_day(std::string_view text) noexcept;
/// Binary coded decimals as digits; nothing when a half octet is above 9.
[[nodiscard]] std::optional<std::string> digits_of_bcd(base::ByteView octets);

/// Formats of images that a data group may hold.
enum class ImageKind : std::uint8_t { jpeg, jpeg2000 };
/// By the first octets: FF D8 FF; the signature box of JP2, or a bare codestream.
[[nodiscard]] std::optional<ImageKind> image_kind(base::ByteView image) noexcept;

struct ImageSize {
  std::uint32_t width = 0, height = 0;
  friend bool operator==(const ImageSize&, const ImageSize&) = default;
};
/// Size as the image itself says; nothing when its header cannot be followed that far.
[[nodiscard]] std::optional<ImageSize> image_size(base::ByteView image);

}  // namespace cicada::conformance::lds
