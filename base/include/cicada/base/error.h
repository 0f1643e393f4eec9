// How everything in Cicada fails.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "cicada/base/literal.h"

namespace cicada::base {

/// Who or what is to blame. The kind decides the exit code and whether a retry makes sense.
enum class Fault : std::uint8_t {
  bad_input,     ///< the caller's data is malformed or breaks a rule
  not_found,     ///< a file, reader, key or certificate is not there
  malformed,     ///< bytes from a card or a file are not what the standard says
  limit,         ///< a named cap was reached (size, depth, rounds)
  card_status,   ///< the card answered with a status word other than success; see Error::sw
  security,      ///< a MAC, cryptogram, signature or hash did not match
  session_dead,  ///< the secure session ended; only a new access procedure helps (9303-11 §9.8.3)
  transport,     ///< reader, daemon or link trouble
  card_removed,  ///< the card left the reader
  unsupported,   ///< legal, but Cicada does not do it
  crypto,        ///< the crypto library refused
  io,            ///< the operating system refused (disk full, permission)
  conflict,      ///< the thing exists already, or is in the wrong state
};

[[nodiscard]] std::string_view to_string(Fault fault) noexcept;

/// A small value that says what went wrong. It holds literals and numbers only, never runtime bytes.
struct Error {
  Fault fault = Fault::malformed;
  Literal what;                          ///< what was wrong, in a few words
  Literal clause = "";                   ///< the clause that says so: "9303-11 §9.8.2"; empty if no standard does
  Literal hint = "";                     ///< what the user can do about it; empty if nothing
  std::uint16_t sw = 0;                  ///< the card's status word, 0 if none is involved
  std::optional<std::uint64_t> at = {};  ///< byte offset, line or index where it happened

  /// "what (sw 6A82, at 17, 9303-10 §4.2): hint"
  [[nodiscard]] std::string describe() const;
};

/// The result of everything that can fail.
template <typename T>
using Result = std::expected<T, Error>;

/// `return fail({.fault = ..., .what = "..."});`
[[nodiscard]] constexpr std::unexpected<Error> fail(Error error) {
  return std::unexpected<Error>{error};
}

}  // namespace cicada::base

// The two macros of the project. Each evaluates `expression` once.
#define CICADA_CONCAT_(a, b) a##b
#define CICADA_CONCAT(a, b) CICADA_CONCAT_(a, b)

/// Leaves the function with the error if `expression` (a Result<void>, or one whose value is not needed) failed.
#define CICADA_CHECK(expression)                                       \
  do {                                                                 \
    if (auto cicada_check_result = (expression); !cicada_check_result) \
      return std::unexpected(cicada_check_result.error());             \
  } while (false)

/// `CICADA_TRY(auto file, read_file(path));` declares `file` with the value, or leaves the function with the error.
#define CICADA_TRY(declaration, expression) \
  CICADA_TRY_(declaration, expression, CICADA_CONCAT(cicada_try_, __COUNTER__))
// NOLINTBEGIN(bugprone-macro-parentheses): `declaration` is one, it cannot stand in parentheses.
#define CICADA_TRY_(declaration, expression, temporary)        \
  auto temporary = (expression);                               \
  if (!temporary) return std::unexpected((temporary).error()); \
  declaration = *std::move(temporary)
// NOLINTEND(bugprone-macro-parentheses)
