#include "status_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ranges>
#include <span>

#include "cicada/base/hex.h"
#include "terminal.h"

namespace cicada::tools {

namespace journal = host::journal;
using journal::State;

namespace {

constexpr std::array<std::string_view, 8> kGroupNames{"batch",   "province", "district", "commune",
                                                      "station", "shift",    "team",     "day"};
constexpr std::array<std::string_view, 6> kAges{"0-1", "2-3", "4-7", "8-14", "15-30", "31+"};

/// "99.99 %": only all of them is 100.
std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  if (part >= whole) return "100 %";
  return fmt::format("{:.2f} %", std::min(99.99, 100.0 * static_cast<double>(part) / static_cast<double>(whole)));
}

std::string signed_number(std::int64_t number) {
  return number == 0 ? "0" : fmt::format("{:+}", number);
}

std::string_view order_name(journal::Order order) noexcept {
  switch (order) {
    case journal::Order::run: return "run";
    case journal::Order::pause: return "pause";
    case journal::Order::stop: return "stop";
  }
  return "?";
}

/// Conflicts that a report names.
constexpr std::size_t kMostConflicts = 1000;

std::string group_table(const StatusGroup& group) {
  std::vector<std::vector<std::string>> rows{{std::string{group_name(group.by)}, "dossiers", "done", "", "in hand",
                                              "waiting", "rejected", "held", "quarantined"}};
  for (const auto& row : group.rows) {
    const auto total = row.jobs.all();
    rows.push_back({row.key.empty() ? "(none)" : safe(row.key), with_commas(total),
                    with_commas(row.jobs.in(State::done)), percent(row.jobs.in(State::done), total),
                    with_commas(row.jobs.in(journal::in_hand)), with_commas(row.jobs.in(journal::is_waiting)),
                    with_commas(row.jobs.in(State::rejected)), with_commas(row.jobs.in(State::held)),
                    with_commas(row.jobs.in(State::quarantined))});
  }
  return table(rows);
}

std::string ageing_table(const std::vector<journal::Ageing>& ageing) {
  std::vector<std::vector<std::string>> rows{{"good cards, days"}};
  for (const auto age : kAges) rows.front().emplace_back(age);
  for (const auto& line : ageing) {
    std::vector<std::string> row{
        std::string{line.delivery == journal::Delivery::none ? "not packed yet" : to_string(line.delivery)}};
    for (const auto count : line.days) row.push_back(with_commas(count));
    rows.push_back(std::move(row));
  }
  return table(rows);
}

}  // namespace

std::string_view group_name(journal::GroupBy by) noexcept {
  return kGroupNames[static_cast<std::size_t>(by)];
}

std::optional<journal::GroupBy> group_by_name(std::string_view name) noexcept {
  const auto found = std::ranges::find(kGroupNames, name);
  if (found == kGroupNames.end()) return std::nullopt;
  return static_cast<journal::GroupBy>(found - kGroupNames.begin());
}

std::uint64_t StatusReport::total() const noexcept {
  return balance.jobs.all();
}
std::uint64_t StatusReport::done() const noexcept {
  return balance.jobs.in(State::done);
}
std::uint64_t StatusReport::waiting() const noexcept {
  return balance.jobs.in(journal::is_waiting);
}
bool StatusReport::balances() const noexcept {
  const bool more =
      balance.announced > 0 && balance.dossiers + balance.repeated + balance.conflicts > balance.announced;
  return balance.dossiers == total() && !more && (!balance.blanks_counted || balance.blank_difference() == 0);
}

base::Result<StatusReport> gather_status(journal::Journal& journal, std::string_view address, std::string_view batch,
                                         const std::vector<journal::GroupBy>& groups) {
  StatusReport report;
  report.journal = journal::shown_address(address);
  report.at = base::SystemClock{}.now();
  report.batch = batch;
  CICADA_TRY(report.order, journal.order());
  CICADA_TRY(report.balance, journal.balance(batch));
  CICADA_TRY(report.done_last_minute, journal.done_within(std::chrono::minutes{1}));
  CICADA_TRY(report.done_last_hour, journal.done_within(std::chrono::hours{1}));
  for (const auto by : groups) {
    CICADA_TRY(auto rows, journal.counts(by));
    report.groups.push_back({.by = by, .rows = std::move(rows)});
  }
  CICADA_TRY(report.ageing, journal.ageing());
  CICADA_TRY(report.ready, journal.ready_by_recipe());
  if (report.balance.conflicts > 0) {
    CICADA_TRY(report.conflicts, journal.conflicts(batch, kMostConflicts));
  }
  return report;
}

std::string time_left(std::uint64_t cards, std::uint64_t an_hour) {
  if (an_hour == 0) return {};
  const auto minutes = (cards * 60 + an_hour - 1) / an_hour;
  if (minutes < 60) return fmt::format("{} min", minutes);
  if (minutes < 60UL * 48) return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
  return fmt::format("{} days", minutes / (60UL * 24));
}

namespace {

/// The first of them: the rest is in the JSON and in the audit log.
std::string conflicts_text(const StatusReport& report) {
  constexpr std::size_t kShown = 5;
  std::string text;
  for (const auto& conflict : report.conflicts | std::views::take(kShown)) {
    text += fmt::format("conflict   dossier {} version {} of batch {} contradicts what is there\n",
                        safe(conflict.dossier), conflict.version, safe(conflict.batch));
  }
  if (report.balance.conflicts > kShown) {
    text += fmt::format("           and {} more (--json)\n", with_commas(report.balance.conflicts - kShown));
  }
  return text;
}

}  // namespace

std::string status_text(const StatusReport& report) {
  const auto& balance = report.balance;
  std::string text = fmt::format("{}   {}   the line is told to {}\n", safe(report.journal),
                                 base::to_iso_instant(report.at), order_name(report.order));
  if (!report.batch.empty()) text += fmt::format("batch {}\n", safe(report.batch));
  constexpr std::size_t kBarWidth = 40;
  text += fmt::format("\ncards      {} of {} done ({})  {}\n", with_commas(report.done()), with_commas(report.total()),
                      percent(report.done(), report.total()), bar(report.done(), report.total(), kBarWidth));
  const auto an_hour = report.done_last_minute * 60;
  text += fmt::format("rate       {} in the last minute, {} in the last hour", with_commas(report.done_last_minute),
                      with_commas(report.done_last_hour));
  if (const auto left = time_left(report.waiting(), an_hour); !left.empty() && report.waiting() > 0) {
    text += fmt::format("; the rest takes {}", left);
  }
  text += fmt::format(
      "\ndossiers   {} = done {} + waiting {} + rejected {} + held {} + quarantined {}   difference {}\n",
      with_commas(balance.dossiers), with_commas(report.done()), with_commas(report.waiting()),
      with_commas(balance.jobs.in(State::rejected)), with_commas(balance.jobs.in(State::held)),
      with_commas(balance.jobs.in(State::quarantined)),
      signed_number(static_cast<std::int64_t>(balance.dossiers) - static_cast<std::int64_t>(report.total())));
  if (balance.announced > 0) {
    const auto seen = balance.dossiers + balance.repeated + balance.conflicts;
    text += fmt::format("announced  {} = dossiers {} + repeated {} + conflicts {} + not taken in yet {}\n",
                        with_commas(balance.announced), with_commas(balance.dossiers), with_commas(balance.repeated),
                        with_commas(balance.conflicts),
                        signed_number(static_cast<std::int64_t>(balance.announced) - static_cast<std::int64_t>(seen)));
  }
  text += conflicts_text(report);
  text += fmt::format("chips      {} received = good {} + spoiled {} + quarantined {} + in work {}",
                      with_commas(balance.blanks_received), with_commas(balance.good), with_commas(balance.spoiled),
                      with_commas(balance.quarantined), with_commas(balance.in_work));
  text += balance.blanks_counted ? fmt::format(" + left {}   difference {}\n", with_commas(balance.blanks_left),
                                               signed_number(balance.blank_difference()))
                                 : std::string{" + left (not counted yet: cicada line blanks --left N)\n"};
  // With one kind of card there is nothing to tell apart.
  for (const auto& count : report.ready) {
    if (report.ready.size() < 2) break;
    text += fmt::format("ready      {} for a line with {}\n", with_commas(count.ready), safe(to_text(count.recipe)));
  }
  for (const auto& group : report.groups) text += "\n" + group_table(group);
  if (!report.ageing.empty()) text += "\n" + ageing_table(report.ageing);
  return text;
}

nlohmann::json state_counts_json(const journal::StateCounts& jobs) {
  auto object = nlohmann::json::object();
  for (std::size_t i = 0; i < jobs.size(); ++i) object[std::string{to_string(static_cast<State>(i))}] = jobs[i];
  return object;
}

namespace {

nlohmann::json recipe_json(const journal::Recipe& recipe) {
  const auto digest = [](const auto& value) { return value ? base::to_hex(*value) : std::string{}; };
  return {{"profile", safe(recipe.profile)},
          {"dialect", safe(recipe.dialect)},
          {"content", digest(recipe.content)},
          {"csca", digest(recipe.csca)}};
}

}  // namespace

nlohmann::json status_json(const StatusReport& report) {
  const auto& balance = report.balance;
  auto json = nlohmann::json{{"journal", safe(report.journal)},
                             {"at", base::to_iso_instant(report.at)},
                             {"order", order_name(report.order)},
                             {"jobs", state_counts_json(balance.jobs)},
                             {"dossiers", balance.dossiers},
                             {"announced", balance.announced},
                             {"repeated", balance.repeated},
                             {"conflicts", balance.conflicts},
                             {"done_last_minute", report.done_last_minute},
                             {"done_last_hour", report.done_last_hour},
                             {"blanks",
                              {{"received", balance.blanks_received},
                               {"good", balance.good},
                               {"spoiled", balance.spoiled},
                               {"quarantined", balance.quarantined},
                               {"in_work", balance.in_work},
                               {"left", balance.blanks_left},
                               {"counted", balance.blanks_counted},
                               {"difference", balance.blank_difference()}}},
                             {"balances", report.balances()},
                             {"groups", nlohmann::json::object()},
                             {"ageing", nlohmann::json::array()}};
  if (!report.batch.empty()) json["batch"] = safe(report.batch);
  json["conflict_dossiers"] = nlohmann::json::array();
  for (const auto& one : report.conflicts) {
    json["conflict_dossiers"].push_back(
        {{"batch", safe(one.batch)}, {"dossier", safe(one.dossier)}, {"version", one.version}});
  }
  json["ready_by_recipe"] = nlohmann::json::array();
  for (const auto& [recipe, ready] : report.ready) {
    json["ready_by_recipe"].push_back(recipe_json(recipe));
    json["ready_by_recipe"].back()["ready"] = ready;
  }
  for (const auto& group : report.groups) {
    auto rows = nlohmann::json::array();
    for (const auto& row : group.rows) rows.push_back({{"key", safe(row.key)}, {"jobs", state_counts_json(row.jobs)}});
    json["groups"][std::string{group_name(group.by)}] = std::move(rows);
  }
  for (const auto& line : report.ageing) {
    auto days = nlohmann::json::object();
    for (std::size_t i = 0; i < kAges.size(); ++i) days[std::string{kAges[i]}] = line.days[i];
    json["ageing"].push_back({{"delivery", to_string(line.delivery)}, {"days", std::move(days)}});
  }
  return json;
}

namespace {

/// A label's value: backslash, quote and line feed are escaped.
std::string label(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out.push_back('\\');
    if (c == '\n') {
      out += "\\n";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string short_digest(const std::optional<journal::Digest>& digest) {
  return digest ? base::to_hex(std::span{*digest}.first(4)) : std::string{};
}

void head(std::string& text, std::string_view name, std::string_view help) {
  text += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name, help);
}

}  // namespace

std::string status_metrics(const StatusReport& report) {
  const auto& balance = report.balance;
  std::string text;
  head(text, "cicada_jobs", "Dossiers by the state of their job.");
  for (std::size_t i = 0; i < balance.jobs.size(); ++i) {
    text += fmt::format("cicada_jobs{{state=\"{}\"}} {}\n", to_string(static_cast<State>(i)), balance.jobs[i]);
  }
  const auto single = [&text](std::string_view name, std::string_view help, auto value) {
    head(text, name, help);
    text += fmt::format("{} {}\n", name, value);
  };
  single("cicada_dossiers", "Dossiers taken in.", balance.dossiers);
  single("cicada_dossiers_announced", "Dossiers that the manifests announce.", balance.announced);
  single("cicada_dossiers_repeated", "Dossiers that a manifest announces and that were there before.",
         balance.repeated);
  single("cicada_dossiers_conflicting", "Dossiers that contradict one of the same id that is there.",
         balance.conflicts);
  single("cicada_cards_done_last_minute", "Cards finished in the last 60 seconds.", report.done_last_minute);
  single("cicada_cards_done_last_hour", "Cards finished in the last 3600 seconds.", report.done_last_hour);
  single("cicada_blanks_received", "Blank chips received.", balance.blanks_received);
  if (balance.blanks_counted) {
    single("cicada_blanks_difference", "Blanks that nobody can account for; 0 when all is well.",
           balance.blank_difference());
  }
  head(text, "cicada_chips", "Chips by what became of them.");
  const std::array<std::pair<std::string_view, std::uint64_t>, 5> chips{{{"good", balance.good},
                                                                         {"spoiled", balance.spoiled},
                                                                         {"quarantined", balance.quarantined},
                                                                         {"in_work", balance.in_work},
                                                                         {"left", balance.blanks_left}}};
  for (const auto& [state, count] : chips) text += fmt::format("cicada_chips{{state=\"{}\"}} {}\n", state, count);
  single("cicada_line_running", "1 when the line is told to run, 0 when it is told to pause or stop.",
         report.order == journal::Order::run ? 1 : 0);
  head(text, "cicada_jobs_ready", "Jobs that wait for a station, by what a line needs to make them.");
  for (const auto& [recipe, ready] : report.ready) {
    text += fmt::format("cicada_jobs_ready{{profile=\"{}\",dialect=\"{}\",content=\"{}\",csca=\"{}\"}} {}\n",
                        label(recipe.profile), label(recipe.dialect), short_digest(recipe.content),
                        short_digest(recipe.csca), ready);
  }
  for (const auto& group : report.groups) {
    const auto name = fmt::format("cicada_jobs_by_{}", group_name(group.by));
    head(text, name, "Dossiers by the state of their job.");
    for (const auto& row : group.rows) {
      for (std::size_t i = 0; i < row.jobs.size(); ++i) {
        if (row.jobs[i] == 0) continue;
        text += fmt::format("{}{{{}=\"{}\",state=\"{}\"}} {}\n", name, group_name(group.by), label(row.key),
                            to_string(static_cast<State>(i)), row.jobs[i]);
      }
    }
  }
  head(text, "cicada_cards_not_handed_over", "Good cards by delivery state and days since they were finished.");
  for (const auto& line : report.ageing) {
    for (std::size_t i = 0; i < kAges.size(); ++i) {
      text += fmt::format("cicada_cards_not_handed_over{{delivery=\"{}\",days=\"{}\"}} {}\n", to_string(line.delivery),
                          kAges[i], line.days[i]);
    }
  }
  return text;
}

}  // namespace cicada::tools
