#include "cicada/host/access/pace_password.h"

#include <algorithm>

#include "mrz_information.h"

namespace cicada::host::access {

using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kCanSize = 6;
constexpr std::size_t kShortestPin = 4;
constexpr std::size_t kLongestPin = 64;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// ISO 8859-1 has no control characters at 20 to 7E and A0 to FF.
bool is_printable(char c) noexcept {
  const auto octet = static_cast<unsigned char>(c);
  return (octet >= 0x20 && octet < 0x7F) || octet >= 0xA0;
}

}  // namespace

std::string_view to_string(PasswordKind kind) noexcept {
  switch (kind) {
    case PasswordKind::mrz: return "MRZ";
    case PasswordKind::can: return "CAN";
    case PasswordKind::pin: return "PIN";
    case PasswordKind::puk: return "PUK";
  }
  return "unknown password";
}

Result<PacePassword> PacePassword::from_mrz_information(std::string_view mrz_information) {
  CICADA_TRY(auto digest, digest_mrz_information(mrz_information));
  return PacePassword{PasswordKind::mrz, std::move(digest)};
}

Result<PacePassword> PacePassword::from_can(std::string_view can) {
  if (can.size() != kCanSize || !std::ranges::all_of(can, is_digit)) {
    return base::fail({.fault = Fault::bad_input,
                       .what = "a card access number has six digits",
                       .clause = "9303-11 §4.4.4.1",
                       .at = can.size()});
  }
  return PacePassword{PasswordKind::can, base::SecretBytes::copy_of(base::as_bytes(can))};
}

Result<PacePassword> PacePassword::from_characters(PasswordKind kind, std::string_view text) {
  if (text.size() < kShortestPin || text.size() > kLongestPin || !std::ranges::all_of(text, is_printable)) {
    return base::fail(
        {.fault = Fault::bad_input, .what = "a PIN or PUK has 4 to 64 characters", .clause = "TR-03110-3 §B.1"});
  }
  return PacePassword{kind, base::SecretBytes::copy_of(base::as_bytes(text))};
}

Result<PacePassword> PacePassword::from_pin(std::string_view pin) {
  return from_characters(PasswordKind::pin, pin);
}

Result<PacePassword> PacePassword::from_puk(std::string_view puk) {
  return from_characters(PasswordKind::puk, puk);
}

}  // namespace cicada::host::access
