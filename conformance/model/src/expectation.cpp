#include "cicada/conformance/model/expectation.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cicada/base/hex.h"

namespace cicada::conformance::model {
namespace {

enum Name : std::uint8_t { kExact, kSuccess, kWarning, kCheckingError, kError };

bool is_warning(unsigned high) noexcept {
  return high == 0x62 || high == 0x63;
}

bool is_checking_error(unsigned high) noexcept {
  return high >= 0x64 && high <= 0x6F && high != 0x6C;
}

std::optional<std::size_t> number_in(std::string_view text) {
  std::size_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

}  // namespace

std::optional<SwPattern> SwPattern::from(std::string_view text) {
  SwPattern pattern{.text = std::string{text}};
  if (text == "success") pattern.name = kSuccess;
  if (text == "warning") pattern.name = kWarning;
  if (text == "checking-error") pattern.name = kCheckingError;
  if (text == "error") pattern.name = kError;
  if (pattern.name != kExact) return pattern;
  if (text.size() != 4) return std::nullopt;
  for (const char digit : text) {
    pattern.value = static_cast<std::uint16_t>(pattern.value << 4U);
    pattern.mask = static_cast<std::uint16_t>(pattern.mask << 4U);
    if (digit == 'X') continue;
    const auto value = std::string_view{"0123456789ABCDEF"}.find(digit);
    if (value == std::string_view::npos) return std::nullopt;
    pattern.value = static_cast<std::uint16_t>(pattern.value | value);
    pattern.mask = static_cast<std::uint16_t>(pattern.mask | 0xFU);
  }
  if (pattern.mask < 0xF000) return std::nullopt;  // "XXXX" would allow everything
  return pattern;
}

bool SwPattern::matches(std::uint16_t sw) const noexcept {
  const unsigned high = sw >> 8U;
  switch (name) {
    case kSuccess: return sw == 0x9000;
    case kWarning: return is_warning(high);
    case kCheckingError: return is_checking_error(high);
    case kError: return is_checking_error(high) || high == 0x63;
    default: return (sw & mask) == value;
  }
}

std::optional<DataRule> DataRule::from(std::string_view text) {
  using enum Kind;
  if (text == "none") return DataRule{.kind = none};
  if (text == "some") return DataRule{.kind = some};
  constexpr std::pair<std::string_view, Kind> kCounted[] = {
      {"exactly ", exactly}, {"at most ", at_most}, {"object 53 of ", object53}};
  for (const auto& [word, kind] : kCounted) {
    if (!text.starts_with(word)) continue;
    const auto count = number_in(text.substr(word.size()));
    if (!count || *count > 65'536) return std::nullopt;
    return DataRule{.kind = kind, .count = *count};
  }
  constexpr std::string_view kStarts = "starts ";
  if (!text.starts_with(kStarts)) return std::nullopt;
  auto octets = base::from_hex(text.substr(kStarts.size()));
  if (!octets || octets->empty()) return std::nullopt;
  return DataRule{.kind = starts, .octets = *std::move(octets)};
}

bool DataRule::holds(base::ByteView data) const noexcept {
  switch (kind) {
    case Kind::any: return true;
    case Kind::none: return data.empty();
    case Kind::some: return !data.empty();
    case Kind::exactly: return data.size() == count;
    case Kind::at_most: return data.size() <= count;
    case Kind::starts: return data.size() >= octets.size() && base::equal(data.first(octets.size()), octets);
    case Kind::object53:
      // One length octet does for all that cases ask for.
      return count < 0x80 && data.size() == count + 2 && data[0] == 0x53 && data[1] == count;
  }
  return false;
}

std::string DataRule::describe() const {
  switch (kind) {
    case Kind::any: break;
    case Kind::none: return "no data";
    case Kind::some: return "data";
    case Kind::exactly: return fmt::format("exactly {} octets", count);
    case Kind::at_most: return fmt::format("at most {} octets", count);
    case Kind::starts: return fmt::format("data that start with {}", base::to_hex(octets));
    case Kind::object53: return fmt::format("an object 53 of {} octets", count);
  }
  return "any data";
}

bool Expectation::allows(std::uint16_t status) const noexcept {
  return std::ranges::any_of(sw, [&](const SwPattern& pattern) { return pattern.matches(status); });
}

std::string Expectation::describe() const {
  std::string text;
  for (const auto& pattern : sw) text += (text.empty() ? "" : " or ") + pattern.text;
  if (protection == Protection::plain) text += ", in plain";
  if (protection == Protection::secured) text += ", protected";
  if (data.kind != DataRule::Kind::any) text += ", " + data.describe();
  return text;
}

}  // namespace cicada::conformance::model
