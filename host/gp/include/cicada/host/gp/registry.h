// What a card says that it holds: the GlobalPlatform registry, as GET STATUS tells it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/gp/aid.h"

namespace cicada::host::gp {

/// A part of the registry; the value is P1 of GET STATUS (Card Specification §11.4.2.1).
enum class Part : std::uint8_t {
  issuer_security_domain = 0x80,
  applications = 0x40,  ///< and security domains
  load_files = 0x20,
  load_files_and_modules = 0x10,
};

/// Entries that one part may have; a card that tells more is not believed.
inline constexpr std::size_t kMaxRegistryEntries = 256;
/// Modules that one load file may have.
inline constexpr std::size_t kMaxModules = 64;

/// One object of template E3 (Card Specification §11.4.3.1, table 11-36).
struct RegistryEntry {
  Aid aid;                                  ///< 4F
  std::uint8_t life_cycle = 0;              ///< 9F70
  std::uint32_t privileges = 0;             ///< C5, three octets; one octet is the first of them
  std::optional<Aid> load_file = {};        ///< C4, of an application
  std::optional<Aid> security_domain = {};  ///< CC
  base::Bytes version = {};                 ///< CE, of a load file
  std::vector<Aid> modules = {};            ///< 84, of a load file
};

/// Reads objects E3 one after the other. Other objects within are skipped. Fails with malformed, and with limit when
/// there are more than kMaxRegistryEntries or kMaxModules.
[[nodiscard]] base::Result<std::vector<RegistryEntry>> parse_registry(base::ByteView answer);

/// "SELECTABLE", "OP_READY", "LOADED"... (Card Specification §11.1.1); what the standard leaves to the application is
/// "SELECTABLE" with its own bits, and what it does not know is "unknown".
[[nodiscard]] std::string_view life_cycle_name(Part part, std::uint8_t life_cycle) noexcept;

/// The privileges that are set, in the order of their bits (Card Specification §11.1.2).
[[nodiscard]] std::vector<std::string_view> privilege_names(std::uint32_t privileges);

}  // namespace cicada::host::gp
