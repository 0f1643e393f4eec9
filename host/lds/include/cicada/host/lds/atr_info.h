// EF.ATR/INFO: what the chip's operating system can do, lengths above all.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/unknown_object.h"

namespace cicada::host::lds {

/// Object 7F66: what fits into the chip's buffers, whole APDUs. @clause 9303-10 §3.11.1
struct ExtendedLengths {
  std::uint32_t max_command = 0;   ///< octets of a command APDU, header and lengths included
  std::uint32_t max_response = 0;  ///< octets of response data

  friend bool operator==(const ExtendedLengths&, const ExtendedLengths&) = default;
};

/// @clause 9303-10 §3.11.1
struct AtrInfo {
  std::optional<std::array<std::uint8_t, 3>> capabilities;  ///< object 47: the three software function tables
  std::optional<ExtendedLengths> extended_lengths;
  std::vector<UnknownObject> unknown;

  /// What the tables say; false when there are none.
  [[nodiscard]] bool command_chaining() const noexcept { return third_table(0x80); }
  [[nodiscard]] bool extended_length() const noexcept { return third_table(0x40); }
  /// Does the chip say that 7F66 is there?
  [[nodiscard]] bool announces_extended_lengths() const noexcept { return third_table(0x20); }

 private:
  [[nodiscard]] bool third_table(std::uint8_t bit) const noexcept {
    return capabilities && ((*capabilities)[2] & bit) != 0;
  }
};

/// Reads the whole file content, zeros behind it included. Fails with malformed, also when 47 does not have three
/// octets or 7F66 does not hold exactly two INTEGERs.
[[nodiscard]] base::Result<AtrInfo> parse_atr_info(base::ByteView file);
[[nodiscard]] base::Bytes build_atr_info(const AtrInfo& atr_info);

}  // namespace cicada::host::lds
