// Octets with holes: the language in which a dialect writes its commands.
//
//   template = { octets | field | object | counted }
//   octets   = hexadecimal digits, two an octet; white space between octets
//   field    = "{" name "}"  or, of a number,  "{" name ":" 1 to 4 "}"
//   object   = tag "(" template ")"         tag: hexadecimal digits immediately before the parenthesis
//            | tag "?" "(" template ")"     left out when the card has nothing for a field in it
//   counted  = "L(" template ")"            one octet with the number of octets that follow, and those
//
// An object is a BER-TLV data object with the shortest length that its content has. There is nothing else: no loop, no
// condition, no arithmetic. What depends on the card is a step of its own.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/host/perso/plan.h"
#include "field.h"

namespace cicada::host::perso {

/// Caps for what a file can ask for.
inline constexpr std::size_t kMaxTemplate = 1024;     ///< characters
inline constexpr std::size_t kMaxTemplateDepth = 6;   ///< objects in objects
inline constexpr std::size_t kMaxTemplateParts = 64;  ///< octets, fields and objects of one template

class Template {
 public:
  Template() = default;
  /// Reads a template that may ask for `allowed`. The message of a failure begins with the character where it is:
  /// "character 12: ...".
  [[nodiscard]] static std::expected<Template, std::string> parse(std::string_view text, const FieldSet& allowed);

  [[nodiscard]] bool empty() const noexcept { return parts_.empty(); }
  [[nodiscard]] bool uses(Field field) const noexcept { return used_.test(index(field)); }
  [[nodiscard]] const FieldSet& used() const noexcept { return used_; }
  /// Fewest octets that it can give.
  [[nodiscard]] std::size_t least() const noexcept;
  /// Most, fields that are `large` counted with their least.
  [[nodiscard]] std::size_t most() const noexcept;
  /// Octets that it gives for these values.
  [[nodiscard]] std::size_t size(const Values& values) const noexcept;
  /// Appends the octets to `to`, whose buffer grows once at most, and which of them are secret to `secret`.
  void expand(const Values& values, base::Bytes& to, std::vector<OctetRange>& secret) const;

 private:
  struct Part {
    enum class Kind : std::uint8_t { octets, field, object, counted };
    Kind kind = Kind::octets;
    base::Bytes octets = {};        ///< octets
    Field field = Field::aid;       ///< field
    std::size_t width = 0;          ///< field: octets of a number
    std::uint32_t tag = 0;          ///< object
    bool optional = false;          ///< object
    std::vector<Part> inside = {};  ///< object
  };
  class Parser;
  enum class Bound : std::uint8_t { least, most };

  [[nodiscard]] static std::size_t bound(const std::vector<Part>& parts, Bound which) noexcept;
  [[nodiscard]] static bool left_out(const Part& object, const Values& values) noexcept;
  [[nodiscard]] static std::size_t size(const std::vector<Part>& parts, const Values& values) noexcept;
  static void expand(const std::vector<Part>& parts, const Values& values, base::Bytes& to,
                     std::vector<OctetRange>& secret);

  std::vector<Part> parts_ = {};
  FieldSet used_ = {};
};

}  // namespace cicada::host::perso
