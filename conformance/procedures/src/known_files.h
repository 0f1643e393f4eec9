// The files of an eMRTD by the names that cases use (9303-10 §3.9, §4.6).
#pragma once

#include <cstdint>
#include <string_view>

namespace cicada::conformance::procedures {

struct KnownFile {
  std::string_view name;  ///< "EF.COM", "DG1"
  std::uint16_t fid = 0;
  std::uint8_t sfi = 0;
  std::uint8_t tag = 0;  ///< that it begins with
  bool in_master_file = false;
  bool open = false;         ///< read without access control
  bool is_extended = false;  ///< fingers and irises: with terminal authentication, where a chip has it
  bool one_object = true;    ///< false: several, or padded to a fixed size
};

/// nullptr: there is none of this name.
[[nodiscard]] const KnownFile* find_file(std::string_view name) noexcept;

}  // namespace cicada::conformance::procedures
