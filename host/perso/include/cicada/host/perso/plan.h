// A personalization as a list of commands, before any card is touched.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/secret.h"
#include "cicada/host/iso7816/apdu.h"

namespace cicada::host::perso {

class Dialect;

/// A part of a command's data field.
struct OctetRange {
  std::size_t offset = 0;
  std::size_t size = 0;
};

/// What a step brings the card closer to. A card's life can be left between two phases and gone on with later: what was
/// written is safe before the card is locked for good.
enum class Phase : std::uint8_t {
  content,      ///< files and keys: can be written again after an erase
  personalize,  ///< from here on the card answers readers
  lock,         ///< nothing can be written any more, for good
};
[[nodiscard]] std::string_view to_string(Phase phase) noexcept;

/// Both ends included.
struct PhaseRange {
  Phase first = Phase::content;
  Phase last = Phase::lock;

  [[nodiscard]] constexpr bool has(Phase phase) const noexcept { return first <= phase && phase <= last; }
};

/// One command, in the clear as the secure channel takes it. Move-only; a data field with secrets is wiped.
class Step {
 public:
  Step(std::string label, iso7816::CommandApdu command, std::vector<OctetRange> secret = {},
       Phase phase = Phase::content, std::vector<OctetRange> encrypted = {})
      : label_(std::move(label)),
        command_(std::move(command)),
        secret_(std::move(secret)),
        encrypted_(std::move(encrypted)),
        phase_(phase) {}
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
  Step(Step&&) noexcept = default;
  Step& operator=(Step&&) noexcept = default;
  ~Step() {
    if (!secret_.empty()) base::wipe(command_.data);
  }

  [[nodiscard]] const std::string& label() const noexcept { return label_; }
  [[nodiscard]] const iso7816::CommandApdu& command() const noexcept { return command_; }
  /// Which octets of the data field no one may see.
  [[nodiscard]] const std::vector<OctetRange>& secret() const noexcept { return secret_; }
  /// Values of data groupings, each with one octet of length before it, that are padded and encrypted under the data
  /// encryption key of the channel when the step is sent: the key is not known before.
  [[nodiscard]] const std::vector<OctetRange>& encrypted() const noexcept { return encrypted_; }
  [[nodiscard]] Phase phase() const noexcept { return phase_; }
  /// The status word of a card on which what this wants is done already; 0: there is none.
  [[nodiscard]] std::uint16_t already() const noexcept { return already_; }
  void set_already(std::uint16_t sw) noexcept { already_ = sw; }

 private:
  std::string label_;
  iso7816::CommandApdu command_;
  std::vector<OctetRange> secret_;
  std::vector<OctetRange> encrypted_;
  Phase phase_;
  std::uint16_t already_ = 0;
};

/// The phases of the steps never go back.
struct Plan {
  std::string dialect = {};
  std::vector<Step> steps = {};
  std::shared_ptr<const Dialect> script = {};  ///< what knows the meaning of status words; empty: found by the name

  /// How many steps lie in the phases.
  [[nodiscard]] std::size_t count(PhaseRange phases) const noexcept;
};

/// The plan as text, a line a step: `00:  CREATE FILE DG1  84 E0 00 00 ...`, secret octets as `**`.
[[nodiscard]] std::string to_text(const Plan& plan);

}  // namespace cicada::host::perso
