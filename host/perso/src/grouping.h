// Data groupings of STORE DATA: tag (2), length (1, or FF and 2), value.
#pragma once

#include <algorithm>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "cicada/host/gp/store_data.h"
#include "script.h"

namespace cicada::host::perso {

/// Largest block of a data encryption key, octets: AES. 3DES has 8.
inline constexpr std::size_t kMaxKeyBlock = 16;

/// Octets of a value that still fit a command alone when it has been padded (80 00 ...) and encrypted.
[[nodiscard]] constexpr std::size_t sealed_room(std::size_t command_data) noexcept {
  const auto value = std::min(command_data < 3 ? 0 : command_data - 3, gp::kMaxShortGrouping);
  return value / kMaxKeyBlock * kMaxKeyBlock == 0 ? 0 : value / kMaxKeyBlock * kMaxKeyBlock - 1;
}

/// Collects groupings and puts them into commands: as many into one as fit, and one that is too long into several. What
/// is encrypted and what is not never share a command; an encrypted grouping is never divided.
class GroupingWriter {
 public:
  GroupingWriter(const Script& script, std::vector<Step>& steps) : script_(script), steps_(steps) {}

  /// Fails with a text when the grouping is too long.
  [[nodiscard]] std::expected<void, std::string> add(const StepTemplate& step, const Values& values, std::string label,
                                                     Phase phase);
  /// Sends what has been collected; must come before any other command.
  void flush();
  /// A command that is not STORE DATA came between: the blocks are counted from 0 again.
  void restart() { block_ = 0; }

 private:
  void append_divided(base::ByteView octets, const std::vector<OctetRange>& secret, const std::string& label);
  void note(const std::string& label);

  const Script& script_;
  std::vector<Step>& steps_;
  base::Bytes data_ = {};
  std::vector<OctetRange> secret_ = {}, encrypted_ = {};
  std::string label_ = {};
  std::size_t worst_ = 0;  ///< octets of data_ when its values are encrypted
  bool sealing_ = false;
  std::uint8_t flags_ = 0;
  Phase phase_ = Phase::content;
  std::uint32_t block_ = 0;
};

}  // namespace cicada::host::perso
