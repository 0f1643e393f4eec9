// What the terminal has proved, and what a file wants proved.
#pragma once

#include <cstdint>

#include "cicada/base/error.h"

namespace cicada::applet_sim::security {

/// A fact that a protocol established in this session. Files do not know protocols; they know facts.
enum class Mechanism : std::uint8_t {
  bac,                  ///< knowledge of the document basic access keys, 9303-11 §4.3
  pace,                 ///< knowledge of a PACE password other than the PUK, 9303-11 §4.4
  puk,                  ///< knowledge of the PUK: opens no file, only the way to the PIN
  chip_authentication,  ///< the session's keys come from the chip's own key, 9303-11 §6.2 or §4.4.3.5
  terminal_dg3,         ///< terminal authentication with the right to read DG3
  terminal_dg4,         ///< terminal authentication with the right to read DG4
};

/// What takes facts away.
enum class SecurityEvent : std::uint8_t {
  session_ended,  ///< the secure messaging session is over: all facts were proved in it (9303-11 §9.8.3)
  keys_replaced,  ///< chip authentication set new keys: rights of the terminal were bound to the old ones
};

class SecurityStatus {
 public:
  [[nodiscard]] bool has(Mechanism mechanism) const noexcept { return (facts_ & bit(mechanism)) != 0; }
  [[nodiscard]] bool empty() const noexcept { return facts_ == 0; }
  void add(Mechanism mechanism) noexcept { facts_ |= bit(mechanism); }
  void apply(SecurityEvent event) noexcept;

 private:
  [[nodiscard]] static constexpr unsigned bit(Mechanism mechanism) noexcept {
    return 1U << static_cast<unsigned>(mechanism);
  }
  unsigned facts_ = 0;
};

/// A security condition as data: the SC octet of docs/card-commands.md.
class AccessCondition {
 public:
  /// Fails with bad_input for an octet that the data sheet does not have.
  [[nodiscard]] static base::Result<AccessCondition> from_octet(std::uint8_t octet);

  [[nodiscard]] bool satisfied_by(const SecurityStatus& status) const noexcept;
  /// A session is wanted, or more.
  [[nodiscard]] bool needs_access() const noexcept;
  [[nodiscard]] std::uint8_t octet() const noexcept { return octet_; }

 private:
  explicit AccessCondition(std::uint8_t octet) noexcept : octet_(octet) {}
  std::uint8_t octet_;
};

}  // namespace cicada::applet_sim::security
