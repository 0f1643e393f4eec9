// Where `cicada prepare` takes its records from.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "cicada/base/problem.h"
#include "cicada/host/issuance/batch.h"
#include "cicada/host/issuance/policy.h"
#include "cicada/host/issuance/record_reader.h"
#include "cicada/host/journal/journal.h"

namespace cicada::tools {

struct SourceOptions {
  std::filesystem::path manifest;  ///< names records, mapping, policy, batch and unit; then none of those is given
  std::filesystem::path senders;   ///< certificates, one of which must have signed the manifest; empty: not asked
  std::filesystem::path records;
  std::filesystem::path mapping;  ///< of CSV; empty: JSON Lines
  std::filesystem::path policy;   ///< empty: the law of the day of issue
  std::string batch;              ///< empty: the name of the records' file
};
void add_source_options(CLI::App& command, SourceOptions& options);

struct RecordSource {
  std::unique_ptr<std::ifstream> stream;
  host::issuance::RecordFormat format;
  std::optional<host::issuance::Policy> policy;
  host::journal::Batch batch;  ///< with the number of records and the digest of the file, which was read through once
  std::string file;            ///< its name, for messages
};
[[nodiscard]] base::Checked<RecordSource> open_source(const SourceOptions& options);
/// Takes the header of a CSV file.
[[nodiscard]] base::Checked<void> begin(RecordSource& source, host::issuance::RecordReader& reader);

}  // namespace cicada::tools
