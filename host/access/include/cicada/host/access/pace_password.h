// What PACE proves knowledge of (9303-11 §4.4.4.1, §9.7.3).
#pragma once

#include <cstdint>
#include <string_view>

#include "cicada/base/error.h"
#include "cicada/base/secret.h"

namespace cicada::host::access {

/// The number is what DO'83' of MSE:Set AT says.
enum class PasswordKind : std::uint8_t { mrz = 1, can = 2, pin = 3, puk = 4 };
/// "MRZ", "CAN", "PIN", "PUK"
[[nodiscard]] std::string_view to_string(PasswordKind kind) noexcept;

/// A password as the key derivation takes it. Move-only, wiped when it goes.
class PacePassword {
 public:
  /// The same text that opens a chip with BAC; PACE takes its whole SHA-1 value. Fails like BacKeys.
  [[nodiscard]] static base::Result<PacePassword> from_mrz_information(std::string_view mrz_information);
  /// The six digits printed on the card; of a CCCD the last six of the citizen's number. Else bad_input.
  [[nodiscard]] static base::Result<PacePassword> from_can(std::string_view can);
  /// The holder's secret, and what unblocks it: 4 to 64 printable characters (ISO 8859-1), as they are. Else bad_input.
  [[nodiscard]] static base::Result<PacePassword> from_pin(std::string_view pin);
  [[nodiscard]] static base::Result<PacePassword> from_puk(std::string_view puk);

  [[nodiscard]] PasswordKind kind() const noexcept { return kind_; }
  /// f(pi) of 9303-11 §9.7.3.
  [[nodiscard]] base::ByteView expose() const noexcept { return secret_.expose(); }
  [[nodiscard]] PacePassword clone() const { return {kind_, secret_.clone()}; }

 private:
  PacePassword(PasswordKind kind, base::SecretBytes secret) noexcept : kind_(kind), secret_(std::move(secret)) {}
  static base::Result<PacePassword> from_characters(PasswordKind kind, std::string_view text);

  PasswordKind kind_;
  base::SecretBytes secret_;
};

}  // namespace cicada::host::access
