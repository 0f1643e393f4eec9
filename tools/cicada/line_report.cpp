#include "line_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <vector>

#include "rule_text.h"
#include "status_report.h"

namespace cicada::tools {

namespace journal = host::journal;
namespace line = host::line;
using Kind = line::CardEvent::Kind;

namespace {

constexpr std::chrono::milliseconds kBetweenShows{200};
constexpr std::size_t kBarWidth = 24;
constexpr double kSecondsAnHour = 3600;

/// Every dossier is one job. Whether a batch brought as many dossiers as it announced is for its closing to say: while
/// a line works, the next batch may still be coming in.
bool balances(const journal::Balance& balance) {
  return balance.jobs.all() == balance.dossiers;
}

std::string why(const line::StationReport& station) {
  std::string text{to_string(station.end)};
  if (!station.error) return text;
  return fmt::format("{}: {}{}{}", text, station.detail, station.detail.empty() ? "" : ": ", station.error->describe());
}

nlohmann::json to_json(const line::StationReport& station) {
  nlohmann::json entry{{"good", station.good},
                       {"recovered", station.recovered},
                       {"counted_before", station.counted_before},
                       {"quarantined", station.quarantined},
                       {"set_aside", station.set_aside},
                       {"untouched", station.untouched},
                       {"held", station.held},
                       {"apdus", station.apdus}};
  if (!station.station.empty()) {
    entry["station"] = safe(station.station);
    entry["end"] = to_string(station.end);
  }
  if (station.error) entry["problem"] = safe(why(station));
  return entry;
}

nlohmann::json to_json(const journal::Balance& balance) {
  return {{"jobs", state_counts_json(balance.jobs)},
          {"dossiers", balance.dossiers},
          {"announced", balance.announced},
          {"repeated", balance.repeated},
          {"conflicts", balance.conflicts},
          {"blanks_received", balance.blanks_received},
          {"blanks_left", balance.blanks_left},
          {"good", balance.good},
          {"spoiled", balance.spoiled},
          {"in_work", balance.in_work},
          {"quarantined", balance.quarantined},
          {"dossier_difference", balance.dossier_difference()},
          {"blank_difference", balance.blank_difference()}};
}

void print_json(const line::LineReport& report, const std::optional<journal::Balance>& balance, double seconds) {
  nlohmann::json shown{{"stations", nlohmann::json::array()}};
  for (const auto& station : report.stations) shown["stations"].push_back(to_json(station));
  shown["total"] = to_json(report.total());
  shown["seconds"] = seconds;
  shown["orderly"] = report.orderly();
  if (report.not_returned) shown["not_returned"] = safe(report.not_returned->describe());
  shown["journal"] = {{"transactions", report.journal.transactions}, {"steps", report.journal.steps},
                      {"spooled", report.journal.spooled},           {"waiting", report.journal.waiting},
                      {"replayed", report.journal.replayed},         {"lost", report.journal.lost},
                      {"refused_cards", nlohmann::json::array()}};
  for (const auto& card : report.refused_cards) {
    shown["journal"]["refused_cards"].push_back({{"chip", card.chip}, {"dossier", card.dossier}});
  }
  if (balance) shown["balance"] = to_json(*balance);
  std::cout << shown.dump(2) << '\n';
}

void print_text(const line::LineReport& report, const std::optional<journal::Balance>& balance, double seconds) {
  std::vector<std::vector<std::string>> rows = {
      {"station", "good", "recovered", "before", "quarantined", "set aside", "untouched", "end"}};
  for (const auto& station : report.stations) {
    rows.push_back({safe(station.station), with_commas(station.good), with_commas(station.recovered),
                    with_commas(station.counted_before), with_commas(station.quarantined),
                    with_commas(station.set_aside), with_commas(station.untouched), safe(why(station))});
  }
  std::cout << table(rows);
  const auto total = report.total();
  std::cout << fmt::format("\n{} good cards in {:.1f} s", with_commas(total.good), seconds);
  if (seconds > 0 && total.good > 0) {
    std::cout << fmt::format(", {} an hour", with_commas(static_cast<std::uint64_t>(static_cast<double>(total.good) *
                                                                                    kSecondsAnHour / seconds)));
  }
  std::cout << '\n';
  if (!balance) return;
  const auto waiting = balance->jobs.in(journal::is_waiting);
  std::cout << fmt::format(
      "dossiers {} = done {} + rejected {} + held {} + quarantined {} + waiting {}{}\n", with_commas(balance->dossiers),
      with_commas(balance->jobs.in(journal::State::done)), with_commas(balance->jobs.in(journal::State::rejected)),
      with_commas(balance->jobs.in(journal::State::held)), with_commas(balance->jobs.in(journal::State::quarantined)),
      with_commas(waiting), balances(*balance) ? "" : "   THIS DOES NOT BALANCE");
  if (waiting > 0) {
    std::cout << "what waits is for later runs, for a line with another profile (cicada status), not prepared yet, or "
                 "claimed by "
                 "a line of another name: when that one died, start it again, or run this again after its lease\n";
  }
}

}  // namespace

std::uint64_t waiting_jobs(const std::optional<journal::Balance>& balance) {
  if (!balance) return 0;
  // What is not prepared yet is no work for a station.
  return balance->jobs.in(journal::is_waiting)-balance->jobs.in(journal::State::accepted);
}

std::string LineProgress::text() const {
  const std::chrono::duration<double> since = std::chrono::steady_clock::now() - begin_;
  const double rate = since.count() > 0 ? static_cast<double>(good_) / since.count() : 0;
  auto shown =
      fmt::format("{} {} of {} cards, {} an hour", bar(good_, std::max(total_, good_), kBarWidth), with_commas(good_),
                  with_commas(std::max(total_, good_)), with_commas(static_cast<std::uint64_t>(rate * kSecondsAnHour)));
  if (bad_ > 0) shown += fmt::format(", {} set aside", with_commas(bad_));
  if (rate > 0 && total_ > good_) {
    const auto left = static_cast<std::uint64_t>(static_cast<double>(total_ - good_) / rate);
    shown += fmt::format(", {}:{:02}:{:02} left", left / 3600, left / 60 % 60, left % 60);
  }
  return shown;
}

void LineProgress::card(const line::CardEvent& event) {
  const std::lock_guard lock{mutex_};
  const bool good = event.kind == Kind::good || event.kind == Kind::recovered;
  const bool bad = event.kind == Kind::quarantined || event.kind == Kind::set_aside || event.kind == Kind::held;
  if (good) ++good_;
  if (bad) {
    ++bad_;
    line_.clear();
    std::cerr << fmt::format("{}: {} {} chip {}: {}{}{}\n", safe(event.station), to_string(event.kind),
                             safe(event.dossier), event.chip.empty() ? "unknown" : safe(event.chip), safe(event.reason),
                             event.detail.empty() ? "" : ": ", safe(event.detail));
    if (const auto* const rule = host::issuance::rule_at_start_of(event.reason)) {
      std::cerr << fmt::format("  {}\n", to_text(*rule));
    }
  }
  const auto now = std::chrono::steady_clock::now();
  if (now - shown_ < kBetweenShows) return;
  shown_ = now;
  line_.show(text());
}

void LineProgress::say(const std::string& where, const std::string& text) {
  const std::lock_guard lock{mutex_};
  line_.clear();
  std::cerr << fmt::format("{}: {}\n", safe(where), safe(text));
}

void LineProgress::station(const line::StationReport& report) {
  if (!is_orderly(report.end)) say(report.station, "has stopped: " + why(report));
}

namespace {

Exit complain_of_refused(const std::vector<line::RefusedCard>& cards) {
  constexpr std::size_t kShown = 20;
  std::string shown;
  for (std::size_t i = 0; i < std::min(cards.size(), kShown); ++i) {
    shown += fmt::format("{}chip {} of dossier {}", i == 0 ? "" : ", ", safe(cards[i].chip),
                         cards[i].dossier.empty() ? "unknown" : safe(cards[i].dossier));
  }
  if (cards.size() > kShown) shown += fmt::format(" and {} more", cards.size() - kShown);
  return complain(
      "line",
      fmt::format("the journal refused steps that waited in the spool: {}. A card that its dossier does not "
                  "name as its good one (cicada status --dossier) is to be taken out, also of the tray of "
                  "good ones",
                  shown),
      Exit::trouble);
}

}  // namespace

Exit report_line(const line::LineReport& report, const std::optional<journal::Balance>& balance,
                 std::chrono::milliseconds elapsed, bool json) {
  const auto seconds = std::chrono::duration<double>{elapsed}.count();
  if (json) {
    print_json(report, balance, seconds);
  } else {
    print_text(report, balance, seconds);
  }
  if (report.journal.lost > 0) static_cast<void>(complain_of_refused(report.refused_cards));
  if (report.not_returned) {
    static_cast<void>(complain("line",
                               "jobs that were claimed and not begun could not be given back; a line of the same name "
                               "has them at once, any other after their lease: " +
                                   report.not_returned->describe(),
                               Exit::trouble));
  }
  if (report.journal.waiting > 0) {
    return complain("line", "steps wait in the spool: bring the journal back and run the line again", Exit::trouble);
  }
  if (!report.orderly() || report.not_returned) return Exit::trouble;
  if (balance && !balances(*balance)) {
    return complain("line", "the numbers do not balance", Exit::trouble);
  }
  const auto total = report.total();
  return total.quarantined + total.set_aside + total.held > 0 ? Exit::check_failed : Exit::done;
}

}  // namespace cicada::tools
