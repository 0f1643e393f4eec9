// Records in, sealed jobs out: what `cicada prepare` does, and `cicada issue --journal` first.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "app.h"
#include "prepare_source.h"

namespace cicada::tools {

struct PrepareOptions {
  SourceOptions source;
  std::filesystem::path profile;
  std::filesystem::path dialect_dir;
  std::filesystem::path pki;
  std::filesystem::path token;  ///< instead of `pki`
  std::string journal;
  std::filesystem::path jobs;
  std::filesystem::path rejects;   ///< for the sender; empty: not written
  std::filesystem::path warnings;  ///< the same
  std::string operator_id;
  unsigned threads = 1;
  bool json = false;
};

/// Prints its report. Exit code: done when every record is a job, check_failed when some are not, else trouble.
[[nodiscard]] Exit prepare_batch(const PrepareOptions& options, const std::stop_token& stop);

}  // namespace cicada::tools
