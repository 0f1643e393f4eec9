// Many deaths of one line: it is killed at a place, started again, killed at the next place, until every batch is made.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "line_process.h"
#include "plant.h"

namespace cicada::test {

struct CampaignOptions {
  std::string title = {};  ///< "SQLite"
  std::uint64_t repetitions = 1;
  std::uint32_t batch = 48;  ///< cards of one batch
  std::uint64_t seed = 1;
  /// Every n-th command of those that a card gets many times (READ BINARY, UPDATE BINARY) is a place; 1: every one.
  std::uint32_t stride = 1;
  LineSettings line = {};
};

/// What came of the kills at the places of one kind.
struct Row {
  std::uint64_t places = 0;  ///< that were killed at
  std::uint64_t kills = 0;
  std::uint64_t in_hand = 0;  ///< cards that the journal knew to be in somebody's hand when the line died
  /// What became of those.
  std::uint64_t same_chip = 0, quarantined = 0, other_chip = 0, lost = 0, doubled = 0;
};

struct CampaignReport {
  std::map<std::string, Row> rows = {};  ///< by kind of place: "apdu UPDATE BINARY"
  std::uint32_t stations = 0;
  std::uint64_t places = 0, killed_at = 0, kills = 0, batches = 0, cards = 0, good = 0, quarantined = 0;
  std::uint64_t lost = 0, doubled = 0, unexplained = 0;
  std::map<std::string, std::uint64_t> reasons = {};  ///< for which cards went into quarantine, as the journal says
  host::journal::AuditReport audit = {};
  std::int64_t difference = 0;                ///< of journals' balances, summed without sign
  std::vector<std::string> not_reached = {};  ///< places at which no kill came about
  std::vector<std::string> complaints = {};
  /// Cards in hand that ended on another chip than the one that they were bound to.
  [[nodiscard]] std::uint64_t other_chips() const;
  /// The kinds among these at which nothing was ever killed.
  [[nodiscard]] std::vector<std::string> without_kill(const std::vector<std::string>& kinds) const;
  /// The table, for people.
  [[nodiscard]] std::string text(const CampaignOptions& options) const;
};

class Campaign {
 public:
  Campaign(Plant& plant, CampaignOptions options);
  /// Every place that a line reaches, and every place that it reaches while it recovers, so often.
  [[nodiscard]] CampaignReport run();

 private:
  struct InHand {
    std::string kind = {}, chip = {};
    host::journal::State state = host::journal::State::bound;  ///< when the line died
  };
  void begin_batch();
  void end_batch();
  [[nodiscard]] bool kill_at(const std::string& place);
  [[nodiscard]] bool dies_at(const std::string& place, std::uint64_t nth);
  void remember_cards_in_hand(const std::string& kind);
  [[nodiscard]] bool is_wanted(const std::string& place) const;
  [[nodiscard]] std::optional<std::string> next_place(const std::set<std::string>& done) const;
  void count_reasons(const Truth& truth);
  void settle(const std::string& dossier, const InHand& then, const Outcome& outcome);
  void note_new_places();

  Plant& plant_;
  CampaignOptions options_;
  CampaignReport report_ = {};
  std::mt19937_64 random_;
  std::uint32_t next_citizen_ = 0;
  std::set<std::string> unreachable_ = {};
  std::set<std::string> clean_ = {};                 ///< places of each card's life when nothing goes wrong
  std::map<std::string, std::string> born_of_ = {};  ///< place, and the death after which a line first came to it
  std::string last_death_ = {};
  std::vector<std::pair<std::string, InHand>> in_hand_ = {};  ///< dossier, and where its card was when the line died
};

/// "apdu UPDATE BINARY 3, before" is of the kind "apdu UPDATE BINARY".
[[nodiscard]] std::string kind_of_place(const std::string& place);

}  // namespace cicada::test
