#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <system_error>

#include "cicada/host/perso/dialect.h"

namespace cicada::host::perso {

namespace fs = std::filesystem;

/// Made by the build from personalization-scripts/dialects: names and texts.
[[nodiscard]] std::span<const std::pair<std::string_view, std::string_view>> builtin_dialects() noexcept;

const DialectSet& DialectSet::builtin() {
  static const DialectSet kSet = [] {
    DialectSet set;
    for (const auto& [name, text] : builtin_dialects()) {
      // That each of them can be read is what a test says; a program with a broken one does without it.
      if (auto dialect = Dialect::parse(text, name)) {
        set.dialects_.push_back(std::make_shared<const Dialect>(*std::move(dialect)));
      }
    }
    return set;
  }();
  return kSet;
}

Checked<void> DialectSet::add(const fs::path& file) {
  CICADA_TRY(auto dialect, Dialect::load(file));
  if (find(dialect.name())) {
    return std::unexpected(Problem{
        .fault = base::Fault::conflict,
        .text = fmt::format("{}: there is a dialect with the name \"{}\" already", file.string(), dialect.name())});
  }
  if (dialects_.size() >= kMaxDialects) {
    return std::unexpected(Problem{.fault = base::Fault::limit,
                                   .text = fmt::format("{}: more than {} dialects", file.string(), kMaxDialects)});
  }
  dialects_.push_back(std::make_shared<const Dialect>(std::move(dialect)));
  return {};
}

Checked<void> DialectSet::add_folder(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator{folder, error}) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  if (error) {
    return std::unexpected(Problem{.fault = base::Fault::not_found,
                                   .text = fmt::format("{}: the folder cannot be read", folder.string())});
  }
  std::ranges::sort(files);
  for (const auto& file : files) CICADA_CHECK(add(file));
  return {};
}

std::shared_ptr<const Dialect> DialectSet::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find_if(dialects_, [name](const auto& dialect) { return dialect->name() == name; });
  return found == dialects_.end() ? nullptr : *found;
}

std::vector<std::string_view> DialectSet::names() const {
  std::vector<std::string_view> names;
  names.reserve(dialects_.size());
  for (const auto& dialect : dialects_) names.emplace_back(dialect->name());
  return names;
}

}  // namespace cicada::host::perso
