// What `cicada conform` was asked for, and its four ways.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app.h"
#include "card_link.h"
#include "cicada/base/problem.h"
#include "cicada/conformance/model/case.h"
#include "cicada/conformance/runner/plan.h"

namespace cicada::tools {

struct ConformOptions {
  CardOptions card;
  std::filesystem::path ics;
  conformance::runner::Selection selection;
  conformance::runner::Order order;
  std::filesystem::path cases;
  std::filesystem::path junit;
  std::filesystem::path html;
  std::filesystem::path journal;
  std::filesystem::path replay;
  bool json = false;
  bool resume = false;
  bool list = false;
  bool probe = false;
  bool allow_changes = false;
  std::string mrz;  ///< of --probe
  std::string can;  ///< of --probe

  [[nodiscard]] bool has_card() const { return !card.reader.empty() || !card.card.empty(); }
};

/// The cases that are built in, or those of --cases; what is wrong with them has been said when this gives an exit
/// code.
[[nodiscard]] std::expected<std::vector<conformance::model::Unit>, Exit> load_cases(const ConformOptions& options);

[[nodiscard]] Exit run_conformance(const ConformOptions& options);
[[nodiscard]] Exit list_cases(const ConformOptions& options);
[[nodiscard]] Exit replay_case(const ConformOptions& options);
[[nodiscard]] Exit probe_card(const ConformOptions& options);

}  // namespace cicada::tools
