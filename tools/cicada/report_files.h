// Where a conformance run leaves its reports.
#pragma once

#include <expected>
#include <filesystem>

#include "app.h"
#include "cicada/conformance/model/record.h"

namespace cicada::tools {

struct ReportFiles {
  std::filesystem::path junit = {};
  std::filesystem::path html = {};
  std::filesystem::path journal = {};  ///< written by the run itself; here for its name

  /// To be called before anything is sent to a card: what cannot be written is found out now, and nothing but an older
  /// report is ever replaced. Refused, with what to do: two of them in one file, a folder that is not there or cannot
  /// be written, a name that something else has (a card, a key, a device). Errors have been said.
  [[nodiscard]] std::expected<void, Exit> check() const;
  /// For the owner's eyes only: a report holds what the chip said. Errors have been said.
  [[nodiscard]] std::expected<void, Exit> write(const conformance::model::RunRecord& record) const;
};

}  // namespace cicada::tools
