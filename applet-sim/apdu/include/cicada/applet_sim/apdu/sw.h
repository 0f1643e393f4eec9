// Status words, by number and name (ISO/IEC 7816-4 §5.6).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace cicada::applet_sim::apdu {

using StatusWord = std::uint16_t;

namespace sw {
inline constexpr StatusWord k9000Ok = 0x9000;
inline constexpr StatusWord k6282EndOfFile = 0x6282;
inline constexpr StatusWord k6283CardLocked = 0x6283;
inline constexpr StatusWord k6300AuthenticationFailed = 0x6300;
inline constexpr StatusWord k6310MoreData = 0x6310;     ///< GET STATUS has more to tell
inline constexpr StatusWord k63C0NoTriesLeft = 0x63C0;  ///< 63CX: X tries are left
inline constexpr StatusWord k6581MemoryFailure = 0x6581;
inline constexpr StatusWord k6700WrongLength = 0x6700;
inline constexpr StatusWord k6881ChannelNotSupported = 0x6881;
inline constexpr StatusWord k6882SecureMessagingNotSupported = 0x6882;
inline constexpr StatusWord k6883LastCommandExpected = 0x6883;
inline constexpr StatusWord k6884ChainingNotSupported = 0x6884;
inline constexpr StatusWord k6982SecurityStatusNotSatisfied = 0x6982;
inline constexpr StatusWord k6983AuthenticationMethodBlocked = 0x6983;
inline constexpr StatusWord k6985ConditionsNotSatisfied = 0x6985;
inline constexpr StatusWord k6986NoCurrentEf = 0x6986;
inline constexpr StatusWord k6987SmObjectMissing = 0x6987;
inline constexpr StatusWord k6988SmObjectIncorrect = 0x6988;
inline constexpr StatusWord k6A80IncorrectData = 0x6A80;
inline constexpr StatusWord k6A81FunctionNotSupported = 0x6A81;
inline constexpr StatusWord k6A82FileNotFound = 0x6A82;
inline constexpr StatusWord k6A84NotEnoughMemory = 0x6A84;
inline constexpr StatusWord k6A86IncorrectP1P2 = 0x6A86;
inline constexpr StatusWord k6A88ReferencedDataNotFound = 0x6A88;
inline constexpr StatusWord k6A89FileExists = 0x6A89;
inline constexpr StatusWord k6B00WrongOffset = 0x6B00;
inline constexpr StatusWord k6D00InsNotSupported = 0x6D00;
inline constexpr StatusWord k6E00ClaNotSupported = 0x6E00;
inline constexpr StatusWord k6F00NoDiagnosis = 0x6F00;
inline constexpr StatusWord k9484AlgorithmNotSupported = 0x9484;
inline constexpr StatusWord k9485WrongCheckValue = 0x9485;

/// A retry counter counts no further: 63CX has one digit.
inline constexpr std::uint8_t kMaxTries = 15;
/// 63CX. `left` is at most kMaxTries.
[[nodiscard]] constexpr StatusWord tries_left(std::uint8_t left) noexcept {
  return static_cast<StatusWord>(k63C0NoTriesLeft + left);
}

struct Named {
  StatusWord number;
  std::string_view name;
};

/// Every status word that this card can answer; 63CX stands there once, as 63C0.
[[nodiscard]] std::span<const Named> all() noexcept;
/// "file not found"; empty for a number that this card never answers.
[[nodiscard]] std::string_view name(StatusWord number) noexcept;
}  // namespace sw

}  // namespace cicada::applet_sim::apdu
