#include <algorithm>
#include <string_view>
#include <utility>

#include "cicada/base/hex.h"
#include "cicada/base/secret.h"
#include "cicada/base/secret_file.h"
#include "cicada/host/gp/store_data.h"

namespace cicada::host::gp {

using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::string_view kBlank = " \t\r";
constexpr char kSecret = '*';

Result<DataGrouping> parse_line(std::string_view line, std::uint64_t number) {
  auto name = line.substr(0, line.find_first_of(kBlank));
  auto value = base::from_hex(line.substr(name.size()));
  const bool sensitive = name.ends_with(kSecret);
  if (sensitive) name.remove_suffix(1);
  const auto dgi = base::from_hex(name);
  if (!dgi || dgi->size() != 2 || !value || value->size() > kMaxGrouping) {
    return fail({.fault = Fault::bad_input,
                 .what = "the file holds a line that is no data grouping",
                 .hint = "write the DGI, an asterisk if it is secret, a space and the value: 8062* 80 10 ...",
                 .at = number});
  }
  return DataGrouping{.dgi = static_cast<std::uint16_t>((dgi->front() << 8U) | dgi->back()),
                      .value = *std::move(value),
                      .sensitive = sensitive};
}

}  // namespace

Result<std::vector<DataGrouping>> read_groupings(const std::filesystem::path& path) {
  CICADA_TRY(const auto text, base::read_secret_file(path, kMaxGroupingFile));
  auto rest = base::as_text(text.expose());
  std::vector<DataGrouping> groupings;
  const auto refuse = [&groupings](const base::Error& error) {
    for (auto& grouping : groupings) base::wipe(grouping.value);
    return fail(error);
  };
  for (std::uint64_t number = 1; !rest.empty(); ++number) {
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(kBlank)));
    if (line.empty() || line.starts_with('#')) continue;
    if (groupings.size() == kMaxGroupings) {
      return refuse({.fault = Fault::limit, .what = "more data groupings than any application takes", .at = number});
    }
    auto grouping = parse_line(line, number);
    if (!grouping) return refuse(grouping.error());
    groupings.push_back(*std::move(grouping));
  }
  return groupings;
}

}  // namespace cicada::host::gp
