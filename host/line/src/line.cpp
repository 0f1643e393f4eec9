#include "cicada/host/line/line.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "cicada/host/issuance/job_pack.h"
#include "slot_note.h"

namespace cicada::host::line {

using base::fail;
using base::Fault;
using base::Result;

namespace {

/// How often it is looked whether leases have to be prolonged.
constexpr std::chrono::milliseconds kLookAround{500};

Result<void> check_feeders(const std::vector<Feeder*>& feeders) {
  if (feeders.empty() || feeders.size() > kMaxStations) {
    return fail({.fault = Fault::bad_input, .what = "a line has 1 to 64 stations", .at = feeders.size()});
  }
  std::set<std::string> names;
  for (const auto* feeder : feeders) {
    if (!names.insert(feeder->name()).second) {
      return fail({.fault = Fault::bad_input, .what = "two stations have one name"});
    }
  }
  return {};
}

std::string station_name(const LineConfig& config, const Feeder& feeder) {
  return config.name + "/" + feeder.name();
}

}  // namespace

std::optional<std::string> noted_in_slot(const LineConfig& config, const Feeder& feeder) {
  return SlotNote{config.notes, station_name(config, feeder)}.read();
}

StationReport LineReport::total() const {
  StationReport sum;
  for (const auto& station : stations) {
    sum.good += station.good;
    sum.recovered += station.recovered;
    sum.counted_before += station.counted_before;
    sum.quarantined += station.quarantined;
    sum.set_aside += station.set_aside;
    sum.untouched += station.untouched;
    sum.held += station.held;
    sum.apdus += station.apdus;
    if (!is_orderly(station.end)) sum.end = station.end;
  }
  return sum;
}

bool LineReport::orderly() const {
  return journal.lost == 0 && journal.waiting == 0 &&
         std::ranges::all_of(stations, [](const StationReport& station) { return is_orderly(station.end); });
}

Line::Line(LineConfig config, JournalQueue& queue, vault::Vault& vault, std::vector<Feeder*> feeders)
    : config_(std::move(config)), queue_(queue), vault_(vault), feeders_(std::move(feeders)) {}

Result<LineReport> Line::run(const std::stop_token& stop) {
  CICADA_CHECK(check_feeders(feeders_));
  if (config_.profile == nullptr || config_.trust == nullptr) {
    return fail({.fault = Fault::bad_input, .what = "a line needs a profile and the issuer's trust material"});
  }
  std::error_code error;
  std::filesystem::create_directories(config_.notes, error);
  if (error) return fail({.fault = Fault::io, .what = "the folder for the notes of the stations cannot be made"});

  const base::SystemClock clock;
  issuance::JobPackReader packs{config_.jobs};
  std::mutex one_event_at_a_time;
  Workshop workshop{.queue = queue_,
                    .vault = vault_,
                    .packs = packs,
                    .profile = *config_.profile,
                    .recipe = config_.claims.recipe,
                    .terminal_trust = config_.terminal_trust,
                    .trust = *config_.trust,
                    .clock = clock,
                    .notes = config_.notes,
                    .limits = config_.limits,
                    .on_card = [&](const CardEvent& event) {
                      const std::lock_guard lock{one_event_at_a_time};
                      if (config_.on_card) config_.on_card(event);
                    }};
  const journal::Actor line{.station = config_.name, .operator_id = config_.operator_id, .shift = config_.shift};
  Claims claims{queue_, line, config_.claims};
  // A journal that is away is asked again before the first claim.
  static_cast<void>(claims.take_back());

  LineReport report;
  report.stations.resize(feeders_.size());
  std::size_t working = feeders_.size();
  std::mutex mutex;
  std::condition_variable one_stopped;
  {
    std::vector<std::jthread> threads;
    threads.reserve(feeders_.size());
    for (std::size_t i = 0; i < feeders_.size(); ++i) {
      threads.emplace_back([&, i] {
        auto actor = line;
        actor.station = station_name(config_, *feeders_[i]);
        report.stations[i] = Station{workshop, claims, *feeders_[i], std::move(actor)}.run(stop);
        if (config_.on_station) {
          const std::lock_guard one{one_event_at_a_time};
          config_.on_station(report.stations[i]);
        }
        const std::lock_guard lock{mutex};
        --working;
        one_stopped.notify_one();
      });
    }
    std::unique_lock lock{mutex};
    while (!one_stopped.wait_for(lock, kLookAround, [&] { return working == 0; })) {
      claims.renew();
      if (!claims.is_to_stop()) continue;
      for (auto* feeder : feeders_) feeder->stop_waiting();
    }
  }
  if (const auto returned = claims.return_all(); !returned) report.not_returned = returned.error();
  report.journal = queue_.counts();
  report.refused_cards = queue_.refused_cards();
  return report;
}

}  // namespace cicada::host::line
