// Status words (ISO/IEC 7816-4 §5.6).
#pragma once

#include <cstdint>
#include <string_view>

namespace cicada::host::iso7816 {

/// Number and meaning in one name. Compared as a whole, never through a mask.
namespace sw {
inline constexpr std::uint16_t k9000Success = 0x9000;
inline constexpr std::uint16_t k6200NoInformation = 0x6200;
inline constexpr std::uint16_t k6281DataMayBeCorrupted = 0x6281;
inline constexpr std::uint16_t k6282EndOfFile = 0x6282;
inline constexpr std::uint16_t k6283FileDeactivated = 0x6283;
inline constexpr std::uint16_t k6285FileTerminated = 0x6285;
inline constexpr std::uint16_t k6300AuthenticationFailed = 0x6300;
inline constexpr std::uint16_t k6400ExecutionError = 0x6400;
inline constexpr std::uint16_t k6500ExecutionErrorStateChanged = 0x6500;
inline constexpr std::uint16_t k6581MemoryFailure = 0x6581;
inline constexpr std::uint16_t k6700WrongLength = 0x6700;
inline constexpr std::uint16_t k6881ChannelNotSupported = 0x6881;
inline constexpr std::uint16_t k6882SecureMessagingNotSupported = 0x6882;
inline constexpr std::uint16_t k6883LastChainedCommandExpected = 0x6883;
inline constexpr std::uint16_t k6884ChainingNotSupported = 0x6884;
inline constexpr std::uint16_t k6981IncompatibleFileStructure = 0x6981;
inline constexpr std::uint16_t k6982SecurityStatusNotSatisfied = 0x6982;
inline constexpr std::uint16_t k6983AuthenticationBlocked = 0x6983;
inline constexpr std::uint16_t k6984ReferenceDataNotUsable = 0x6984;
inline constexpr std::uint16_t k6985ConditionsNotSatisfied = 0x6985;
inline constexpr std::uint16_t k6986NoCurrentEf = 0x6986;
inline constexpr std::uint16_t k6987SmObjectMissing = 0x6987;
inline constexpr std::uint16_t k6988SmObjectIncorrect = 0x6988;
inline constexpr std::uint16_t k6A80WrongData = 0x6A80;
inline constexpr std::uint16_t k6A81FunctionNotSupported = 0x6A81;
inline constexpr std::uint16_t k6A82FileNotFound = 0x6A82;
inline constexpr std::uint16_t k6A83RecordNotFound = 0x6A83;
inline constexpr std::uint16_t k6A84NoMemory = 0x6A84;
inline constexpr std::uint16_t k6A86WrongP1P2 = 0x6A86;
inline constexpr std::uint16_t k6A87LcInconsistentWithP1P2 = 0x6A87;
inline constexpr std::uint16_t k6A88ReferencedDataNotFound = 0x6A88;
inline constexpr std::uint16_t k6A89FileExists = 0x6A89;
inline constexpr std::uint16_t k6A8ADfNameExists = 0x6A8A;
inline constexpr std::uint16_t k6B00WrongOffset = 0x6B00;
inline constexpr std::uint16_t k6D00InstructionNotSupported = 0x6D00;
inline constexpr std::uint16_t k6E00ClassNotSupported = 0x6E00;
inline constexpr std::uint16_t k6F00NoPreciseDiagnosis = 0x6F00;
}  // namespace sw

/// What kind of answer a status word is. Every one of the 65,536 values has exactly one class.
enum class SwClass : std::uint8_t {
  normal,           ///< 9000, and nothing else
  more_data,        ///< 61xx: xx octets wait for GET RESPONSE
  warning,          ///< 62xx, 63xx: done, with a remark
  execution_error,  ///< 64xx, 65xx, 66xx
  wrong_le,         ///< 6Cxx: ask again with Le = xx
  checking_error,   ///< 67xx to 6Bxx, 6Dxx to 6Fxx
  undefined,        ///< no interindustry meaning (60xx, 9xxx other than 9000, all the rest)
};

[[nodiscard]] SwClass classify(std::uint16_t status) noexcept;
[[nodiscard]] std::string_view to_string(SwClass status_class) noexcept;

/// The meaning in a few words. A value that the standard names is matched exactly; any other one gets its class.
[[nodiscard]] std::string_view describe(std::uint16_t status) noexcept;

}  // namespace cicada::host::iso7816
