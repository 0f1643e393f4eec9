// A line as `cicada line run` puts it together, with a place to die around everything; and the process that it runs in.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/host/line/line.h"
#include "plant.h"

namespace cicada::test {

/// What a test puts between the line and its parts. Anything may be left out.
struct LineSettings {
  std::string name = "line";
  std::chrono::seconds lease{2};
  std::size_t claims = 16;
  /// Stations 1 to this; 0: as the plant says.
  std::uint32_t first_station = 1, stations = 0;
  host::line::Limits limits = {.vault_tries = 3,
                               .vault_wait = std::chrono::milliseconds{5},
                               .journal_patience = std::chrono::milliseconds{100},
                               .journal_look = std::chrono::milliseconds{5}};
  host::line::QueueOptions queue = {.gather = std::chrono::milliseconds{5}, .try_again = std::chrono::milliseconds{20}};
  using WrapVault = std::function<std::unique_ptr<host::vault::Vault>(host::vault::Vault&)>;
  using WrapJournal = std::function<std::unique_ptr<host::journal::Journal>(host::journal::Journal&)>;
  using WrapFeeder = std::function<std::unique_ptr<host::line::Feeder>(host::line::Feeder&)>;
  bool listen = true;        ///< to the places that are reached; false: for measurements, when nobody is to die
  WrapVault vault = {};      ///< around the counted one
  WrapJournal journal = {};  ///< around the counted one
  WrapFeeder feeder = {};    ///< inside the counted one: next to the magazine
  host::line::OnCard on_card = {};
  /// In the place of the file vault; gets what asks the journal.
  std::function<std::unique_ptr<host::vault::Vault>(host::vault::HoldsFence)> own_vault = {};
};

/// Runs until every station has stopped. Throws when the line cannot even start.
host::line::LineReport run_line(const Plant& plant, const LineSettings& settings = {});

/// `work` in a process of its own; this one must have no other threads. An exception's text goes to standard error, and
/// the process ends with 70.
[[nodiscard]] pid_t start_process(const std::function<int()>& work);
/// Waits for its end: the exit code, or minus the signal.
[[nodiscard]] int end_of(pid_t process);
/// Both: a line in a process of its own; 0 when every station ended orderly, else 1.
[[nodiscard]] int run_line_process(const Plant& plant, const LineSettings& settings = {});

}  // namespace cicada::test
