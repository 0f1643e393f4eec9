#include "report_files.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "cicada/base/file.h"
#include "cicada/conformance/report/report.h"

namespace cicada::tools {
namespace {

namespace fs = std::filesystem;

/// What every report of its kind begins with.
constexpr std::string_view kHtmlStart = "<!doctype html";
constexpr std::string_view kXmlStart = "<?xml";

bool is_old_report(const fs::path& path, std::string_view start) {
  std::error_code error;
  if (fs::file_size(path, error) == 0) return true;
  std::string begin(start.size(), '\0');
  std::ifstream in{path, std::ios::binary};
  in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  std::ranges::transform(begin, begin.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return in.gcount() == static_cast<std::streamsize>(start.size()) && begin == start;
}

std::expected<void, Exit> check_one(const fs::path& path, std::string_view start) {
  if (path.empty()) return {};
  const auto refuse = [&](std::string_view text) -> std::expected<void, Exit> {
    return std::unexpected{complain(path.string(), text, Exit::bad_input)};
  };
  std::error_code error;
  if (fs::exists(path, error)) {
    if (!fs::is_regular_file(path, error)) return refuse("is no file that a report can be written to: name another");
    if (!is_old_report(path, start)) return refuse("is there, and is no report of this kind: name another file");
  }
  const auto folder = path.has_parent_path() ? path.parent_path() : fs::path{"."};
  if (!fs::is_directory(folder, error)) return refuse("its folder is not there: make it first");
  if (::access(folder.c_str(), W_OK | X_OK) != 0) return refuse("its folder cannot be written to");
  return {};
}

std::expected<void, Exit> write_one(const fs::path& path, const std::string& text) {
  if (const auto written = base::write_file(path, base::as_bytes(text), 0600); !written)
    return std::unexpected{complain(path.string(), written.error())};
  return {};
}

}  // namespace

std::expected<void, Exit> ReportFiles::check() const {
  std::vector<fs::path> seen;
  for (const auto* path : {&junit, &html, &journal}) {
    if (path->empty()) continue;
    std::error_code error;
    const auto whole = fs::weakly_canonical(fs::absolute(*path), error);
    if (std::ranges::find(seen, whole) != seen.end())
      return std::unexpected{complain(path->string(), "two reports cannot be one file", Exit::bad_input)};
    seen.push_back(whole);
  }
  if (const auto good = check_one(junit, kXmlStart); !good) return good;
  return check_one(html, kHtmlStart);
}

std::expected<void, Exit> ReportFiles::write(const conformance::model::RunRecord& record) const {
  namespace report = conformance::report;
  if (!junit.empty()) {
    if (const auto done = write_one(junit, report::to_junit(record)); !done) return done;
  }
  if (html.empty()) return {};
  return write_one(html, report::to_html(record));
}

}  // namespace cicada::tools
