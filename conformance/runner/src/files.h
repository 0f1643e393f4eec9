// The files that checks are about, each read from the chip once in a run.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cicada/conformance/runner/run.h"

namespace cicada::conformance::runner {

/// What came of reading one file.
struct ReadFile {
  model::Outcome outcome;
  std::vector<model::Exchange> exchanges;  ///< until the first case that is about the file takes them
  std::chrono::microseconds duration{0};   ///< the same
  std::string told_in;                     ///< that case's id
};

class FileShelf {
 public:
  /// Reads each file that is not there yet; `scene_for` procedures share what was read.
  void read(const std::vector<std::string>& names, const Setting& setting, terminal::Terminal& terminal);
  /// A file check: `record` gets the verdict and, if it is the first about a file, how the file was read. The check
  /// sees the files that the case names, and no others.
  void judge(const model::FileCheck& check, const Setting& setting, model::Record& record);

  /// For procedures::Scene.
  [[nodiscard]] Files& contents() noexcept { return contents_; }

 private:
  void tell(const std::string& name, ReadFile& file, model::Record& record);

  Files contents_;
  std::map<std::string, ReadFile> read_;
};

}  // namespace cicada::conformance::runner
