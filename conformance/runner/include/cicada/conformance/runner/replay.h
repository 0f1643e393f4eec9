// What a record has, sent once more.
#pragma once

#include <string>
#include <vector>

#include "cicada/base/error.h"
#include "cicada/conformance/model/record.h"
#include "cicada/conformance/terminal/target.h"

namespace cicada::conformance::runner {

/// What came of one exchange.
struct Replayed {
  enum class Result : std::uint8_t {
    same,      ///< octet for octet
    differs,   ///< the answer is another one, and nothing random explains it
    random,    ///< the answer is another one, as a challenge, a fresh key or a signature must be
    cannot,    ///< not sent: it was computed from an answer that is another one now
    no_answer  ///< none came, and the log has one
  };
  std::size_t index = 0;  ///< of the exchange in the record
  Result result = Result::same;
  base::Bytes seen;  ///< the answer now; empty when none came
};
[[nodiscard]] std::string_view to_string(Replayed::Result result) noexcept;

/// Resets the target and sends the commands of the record, as they stand, in their order. Ends with the first that
/// cannot be reproduced or is not answered: a protected command, a cryptogram or a token after a random answer. Remarks
/// (exchanges without a command) are passed over; "reset" resets. Fails with transport, card_removed when the target
/// cannot be reset.
[[nodiscard]] base::Result<std::vector<Replayed>> replay(terminal::Target& target, const model::Record& record);

/// The record's exchanges for people, one or more lines each.
[[nodiscard]] std::string to_text(const model::Record& record);

}  // namespace cicada::conformance::runner
