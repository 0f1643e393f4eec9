#include "cicada/conformance/model/unit_files.h"

#include <charconv>

#include "cicada/base/file.h"

namespace cicada::conformance::model {
namespace {

/// Most case files below one folder.
constexpr std::size_t kMaxFiles = 512;

bool is_of(Side side, const std::filesystem::path& file) {
  const auto starts = [](const std::filesystem::path& name) { return name.string().starts_with("IS_"); };
  return (starts(file.filename()) || starts(file.parent_path().filename())) == (side == Side::reader);
}

Checked<std::vector<std::filesystem::path>> find_files(const std::filesystem::path& folder, Side side) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (auto entry = std::filesystem::recursive_directory_iterator{folder, error};
       !error && entry != std::filesystem::recursive_directory_iterator{}; entry.increment(error)) {
    const auto& path = entry->path();
    if (entry->is_regular_file(error) && path.extension() == ".toml" && is_of(side, path)) paths.push_back(path);
    if (paths.size() > kMaxFiles) {
      return std::unexpected(Problem{.fault = base::Fault::limit,
                                     .text = fmt::format("{}: more than {} files", folder.string(), kMaxFiles)});
    }
  }
  if (error) {
    return std::unexpected(
        Problem{.fault = base::Fault::io, .text = fmt::format("{}: {}", folder.string(), error.message())});
  }
  std::ranges::sort(paths);
  return paths;
}

}  // namespace

Checked<std::vector<CaseFile>> read_case_files(const std::filesystem::path& folder, Side side) {
  CICADA_TRY(const auto paths, find_files(folder, side));
  if (paths.empty()) {
    return std::unexpected(
        Problem{.fault = base::Fault::not_found,
                .text = fmt::format("{}: holds no {} ({}.toml)", folder.string(),
                                    side == Side::chip ? "case" : "reader case", side == Side::chip ? "*" : "IS_*")});
  }
  std::vector<CaseFile> files;
  for (const auto& path : paths) {
    const auto content = base::read_file(path, kMaxCaseFile);
    if (!content) {
      return std::unexpected(Problem{.fault = content.error().fault,
                                     .text = fmt::format("{}: {}", path.string(), content.error().describe())});
    }
    files.emplace_back(path.string(), base::as_text(*content));
  }
  return files;
}

unsigned number_of(std::string_view id) noexcept {
  const auto digits = id.substr(std::min(id.size(), id.rfind('_') + 1));
  unsigned number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace cicada::conformance::model
