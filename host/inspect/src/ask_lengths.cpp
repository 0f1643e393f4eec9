// What the chip says about extended length (9303-10 §3.11.1).
#include <algorithm>

#include "cicada/host/iso7816/sw.h"
#include "cicada/host/lds/atr_info.h"
#include "run.h"

namespace cicada::host::inspect {

using base::Result;

namespace {

/// A few dozen octets; one short response holds it.
Result<std::optional<lds::AtrInfo>> read_atr_info(Run& run) {
  CICADA_CHECK(run.check_time());
  const auto sfi = static_cast<std::uint8_t>(0x80U | lds::info(lds::Ef::atr_info).sfi);
  CICADA_TRY(const auto response,
             run.plain.transmit({.ins = 0xB0, .p1 = sfi, .ne = static_cast<std::uint32_t>(iso7816::kMaxShortNe)}));
  const bool came = (response.ok() || response.sw == iso7816::sw::k6282EndOfFile) && !response.data.empty();
  if (!came) return std::nullopt;
  run.result.files[lds::Ef::atr_info] = response.data;  // the verdict has a word on one that cannot be read
  auto parsed = lds::parse_atr_info(response.data);
  if (!parsed) return std::nullopt;
  return *std::move(parsed);
}

}  // namespace

Result<void> ask_for_lengths(Run& run) {
  if (!run.options.ask_for_lengths && !run.options.judge.policy.conforming) return {};
  CICADA_TRY(const auto told, read_atr_info(run));
  if (!run.options.ask_for_lengths) return {};
  if (told && told->capabilities && !told->extended_length()) {
    run.extended_response = 0;
    return {};
  }
  const auto most = static_cast<std::uint32_t>(iso7816::kMaxNe);
  if (told && told->extended_lengths) {
    run.extended_response = std::min(told->extended_lengths->max_response, most);
    return {};
  }
  run.note("extended-length-untold");
  run.extended_response = most;
  return {};
}

}  // namespace cicada::host::inspect
