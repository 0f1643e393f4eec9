// The class byte (ISO/IEC 7816-4 §5.4.1).
#pragma once

#include <cstdint>

namespace cicada::applet_sim::apdu {

/// What the class byte says about protection.
enum class Protection : std::uint8_t {
  none,
  proprietary,           ///< SM, format not of ISO/IEC 7816-4 (for GlobalPlatform: SCP)
  iso_header_plain,      ///< SM of ISO/IEC 7816-4, header not authenticated
  iso_header_protected,  ///< SM of ISO/IEC 7816-4, header authenticated: the one of 9303-11 §9.8
};

enum class ClassKind : std::uint8_t {
  interindustry,  ///< 000x xxxx and 01xx xxxx
  reserved,       ///< 001x xxxx
  proprietary,    ///< 1xxx xxxx except FF
  invalid,        ///< FF
};

struct CommandClass {
  ClassKind kind = ClassKind::interindustry;
  Protection protection = Protection::none;
  bool chained = false;      ///< not the last command of a chain
  std::uint8_t channel = 0;  ///< 0 to 19

  friend bool operator==(const CommandClass&, const CommandClass&) = default;
};

/// Takes any octet apart. Of a proprietary class only 1000 xxxx and 1001 xxxx have the interindustry structure
/// (GPC §11.1.4); the others come back with nothing but their kind.
[[nodiscard]] constexpr CommandClass classify(std::uint8_t cla) noexcept {
  if (cla == 0xFF) return {.kind = ClassKind::invalid};
  if ((cla & 0xE0U) == 0x20) return {.kind = ClassKind::reserved};
  const bool proprietary = (cla & 0x80U) != 0;
  const auto kind = proprietary ? ClassKind::proprietary : ClassKind::interindustry;
  const bool chained = (cla & 0x10U) != 0;
  if (!proprietary && (cla & 0x40U) != 0) {
    // Further interindustry values: channels 4 to 19, one bit for secure messaging.
    return {.kind = kind,
            .protection = (cla & 0x20U) != 0 ? Protection::iso_header_plain : Protection::none,
            .chained = chained,
            .channel = static_cast<std::uint8_t>(4U + (cla & 0x0FU))};
  }
  if (proprietary && (cla & 0x60U) != 0) return {.kind = kind};
  return {.kind = kind,
          .protection = static_cast<Protection>((cla >> 2U) & 0x03U),
          .chained = chained,
          .channel = static_cast<std::uint8_t>(cla & 0x03U)};
}

}  // namespace cicada::applet_sim::apdu
