#include "trust_option.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <span>

#include "cicada/base/clock.h"
#include "terminal.h"

namespace cicada::tools {

namespace pki = host::pki;

namespace {

/// Broken certificates of an LDIF come by the hundred: who has seen some has seen them all.
constexpr std::size_t kShownWarnings = 20;

void say_warnings(const pki::TrustStore& store) {
  const auto& warnings = store.warnings();
  const auto shown = std::min(warnings.size(), kShownWarnings);
  for (std::size_t i = 0; i < shown; ++i) {
    complain(warnings[i].file.string(), safe(warnings[i].text()) + " (left out of the trust store)", Exit::done);
  }
  const auto more = warnings.size() - shown + store.warnings_not_kept();
  if (more > 0) complain("--trust", fmt::format("{} more were left out of the trust store", more), Exit::done);
}

}  // namespace

CLI::Option* TrustOption::add_to(CLI::App& command) {
  command.add_flag("--strict", strict, "Tolerate no deviation from the standard");
  command.add_flag("--conforming", conforming,
                   "Refuse the deviations that BSI TR-03105-5.1 wants inspection systems to refuse");
  command.add_flag("--accept-expired-signer", accept_expired_signer,
                   "A signer's certificate that has expired since it signed is a deviation, not a failure");
  command
      .add_option(
          "--issued", issued,
          "The day the document was issued, as printed on it: periods of keys are judged at it when EF.SOD does "
          "not say when it was signed")
      ->check([](const std::string& text) {
        const auto date = base::parse_iso_date(text);
        return date ? std::string{} : date.error().describe();
      })
      ->type_name("YYYY-MM-DD");
  return command
      .add_option("--trust", paths,
                  "CSCA certificates, master lists, revocation lists: a file or a folder (DER, PEM, CMS, LDIF); may be "
                  "given again")
      ->allow_extra_args(false)
      ->check(not_empty())
      ->type_name("FILE|DIR");
}

std::expected<std::optional<pki::TrustStore>, Exit> TrustOption::load() const {
  if (paths.empty()) return std::nullopt;
  std::error_code ignored;
  for (const auto& path : paths) {
    if (!std::filesystem::exists(path, ignored)) {
      return std::unexpected{complain(
          path.string(), base::Error{.fault = base::Fault::not_found, .what = "the trust material is not there"})};
    }
  }
  std::vector<pki::TrustWarning> left_out;
  auto store = pki::TrustStore::load(paths, &left_out);
  if (!store) {
    for (const auto& warning : std::span{left_out}.first(std::min(left_out.size(), kShownWarnings))) {
      complain(warning.file.string(), safe(warning.text()), Exit::done);
    }
    const bool unverified = store.error().fault == base::Fault::security;
    return std::unexpected{unverified ? complain(paths.front().string(), store.error().describe(), Exit::bad_input)
                                      : complain(paths.front().string(), store.error())};
  }
  say_warnings(*store);
  for (const auto& list : store->signed_lists()) {
    if (!strict || list.deviations.empty()) continue;
    return std::unexpected{complain(list.file.string(),
                                    fmt::format("deviations are not tolerated: {}", fmt::join(list.deviations, ", ")),
                                    Exit::bad_input)};
  }
  return std::optional{*std::move(store)};
}

host::inspect::JudgeOptions TrustOption::judge(const std::optional<pki::TrustStore>& store) const {
  host::inspect::JudgeOptions judged{
      .trust = store ? &*store : nullptr,
      .policy = {.strict = strict, .conforming = conforming, .accept_expired_signer = accept_expired_signer}};
  // The last second of the day, as with --at: a signer whose time began on that day may have signed on it.
  if (const auto date = base::parse_iso_date(issued)) {
    judged.issued_at = std::chrono::sys_days{*date} + std::chrono::days{1} - std::chrono::seconds{1};
  }
  return judged;
}

}  // namespace cicada::tools
