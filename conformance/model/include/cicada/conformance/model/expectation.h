// What an answer has to be.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/bytes.h"

namespace cicada::conformance::model {

/// One alternative of a status word: exact ("6982"), with open digits ("62XX"), or a class by name:
///   success         9000
///   warning         62XX, 63XX
///   checking-error  64XX to 6FXX without 6CXX (ISO/IEC 7816-4 §5.6; the suites count execution errors in)
///   error           checking-error or 63XX: "not done"
struct SwPattern {
  std::string text;  ///< as the case has it
  std::uint16_t value = 0;
  std::uint16_t mask = 0;  ///< of exact and open patterns; 0 for a class
  std::uint8_t name = 0;   ///< of a class

  /// Nothing for other texts.
  [[nodiscard]] static std::optional<SwPattern> from(std::string_view text);
  [[nodiscard]] bool matches(std::uint16_t sw) const noexcept;
};

/// How the answer has to come when the command was protected; a plain command is always answered in plain.
enum class Protection : std::uint8_t {
  secured,  ///< [85|87] 99 8E, nothing else, MAC right, DO'99' equal to the outer status word
  plain,    ///< the chip has dropped the session and says so without protection
  either,
};

/// What the data field has to be.
struct DataRule {
  enum class Kind : std::uint8_t {
    any,
    none,      ///< "none"
    some,      ///< "some": at least one octet
    exactly,   ///< "exactly N"
    at_most,   ///< "at most N"
    starts,    ///< "starts HEX"
    object53,  ///< "object 53 of N": 53 length, N octets, nothing else (answer to odd INS READ BINARY)
  };
  Kind kind = Kind::any;
  std::size_t count = 0;
  base::Bytes octets = {};

  [[nodiscard]] static std::optional<DataRule> from(std::string_view text);
  [[nodiscard]] bool holds(base::ByteView data) const noexcept;
  [[nodiscard]] std::string describe() const;
};

struct Expectation {
  std::vector<SwPattern> sw;  ///< any of them; never empty in a case
  Protection protection = Protection::secured;
  DataRule data = {};

  [[nodiscard]] bool allows(std::uint16_t status) const noexcept;
  /// "6982 or 9000, in plain, no data"
  [[nodiscard]] std::string describe() const;
};

}  // namespace cicada::conformance::model
