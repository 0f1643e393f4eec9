// Text that is known when the program is compiled.
#pragma once

#include <string_view>

namespace cicada::base {

/// A string literal, and nothing else.
///
/// The only constructor is `consteval`, so a runtime string (a name read from a card, a key, a file's content)
/// cannot get into a Literal: the compiler refuses it. Errors and log messages are made of Literals, which is how
/// "no secret reaches an error text" is a property of the types and not of the reviewer.
class Literal {
 public:
  consteval Literal() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): a literal is meant to be written in place.
  consteval Literal(const char* text) : text_(text) {}

  [[nodiscard]] constexpr std::string_view view() const noexcept { return text_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return text_.empty(); }

 private:
  std::string_view text_;
};

}  // namespace cicada::base
