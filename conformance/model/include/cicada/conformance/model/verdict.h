// What a test says at its end, and how sure its expectation is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cicada::conformance::model {

enum class Verdict : std::uint8_t {
  pass,
  fail,            ///< the chip (or the reader) did what the standard forbids, or not what it demands
  not_applicable,  ///< the statement does not claim a profile that the case is about; the reason names it
  inconclusive,    ///< the question could not be put: a precondition was not reached, the line broke
};
/// "pass", "fail", "not-applicable", "inconclusive"
[[nodiscard]] std::string_view to_string(Verdict verdict) noexcept;

struct Outcome {
  Verdict verdict = Verdict::inconclusive;
  std::string reason = {};  ///< what was seen and what was wanted; may be empty for a pass. Never holds a secret.

  [[nodiscard]] bool passed() const noexcept { return verdict == Verdict::pass; }
};
[[nodiscard]] inline Outcome pass() {
  return {Verdict::pass};
}
[[nodiscard]] inline Outcome fail(std::string reason) {
  return {Verdict::fail, std::move(reason)};
}
[[nodiscard]] inline Outcome not_applicable(std::string reason) {
  return {Verdict::not_applicable, std::move(reason)};
}
[[nodiscard]] inline Outcome inconclusive(std::string reason) {
  return {Verdict::inconclusive, std::move(reason)};
}

/// Where the expectation of a case comes from. It is printed with every result.
enum class Basis : std::uint8_t {
  printed,   ///< from the text or the tables of a test specification
  inferred,  ///< from the case's title or purpose, or from a neighbouring unit
  assumed,   ///< from knowledge of the standard alone; to be confirmed
};
[[nodiscard]] std::string_view to_string(Basis basis) noexcept;

}  // namespace cicada::conformance::model
