#include "line_orders.h"

#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "cicada/base/file.h"
#include "cicada/base/secret.h"
#include "cicada/base/secret_file.h"
#include "cicada/crypto/openssl/private_key.h"
#include "cicada/host/journal/audit.h"
#include "cicada/host/journal/journal.h"
#include "line_journal.h"
#include "terminal.h"

namespace cicada::tools {
namespace {

namespace journal = host::journal;

/// Longest list of dossiers in one file.
constexpr std::size_t kMaxDossiers = 1'000'000;

struct DeskOptions {
  std::string journal;
  std::string desk = "desk";
  std::string operator_id, second_operator, shift;
  std::string lot, chip, dossier, reason, to, batch;
  std::filesystem::path dossiers, key;
  std::optional<std::uint64_t> received, left;
  std::filesystem::path old_key;
  bool remake = false, accept = false, reject = false;
  bool closing = false;      ///< what does not add up is a failed check
  bool to_lines = false;     ///< said to lines that run
  std::string subject = {};  ///< what an error is about; empty: the journal

  [[nodiscard]] journal::Actor actor() const { return {.station = desk, .operator_id = operator_id, .shift = shift}; }
};
struct Said {
  std::string text;
  Exit exit = Exit::done;
};
using Work = std::function<base::Result<Said>(journal::Journal& journal, DeskOptions& options)>;

std::string cards(std::uint64_t count) {
  return fmt::format("{} card{}", with_commas(count), count == 1 ? "" : "s");
}

/// Every one of these commands opens the journal, does one thing, and says what it did.
CLI::App* add_desk_command(CLI::App& line, Outcome& outcome, const char* name, const char* help,
                           const std::shared_ptr<DeskOptions>& options, Work work) {
  auto* command = line.add_subcommand(name, help);
  command->add_option("--journal", options->journal, "sqlite:FILE or postgresql://...")->required()->type_name("URL");
  command
      ->add_option("--desk", options->desk,
                   "Name under which this is written into the audit log, unique among all that use the journal at one "
                   "time")
      ->check(not_empty())
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--operator", options->operator_id, "Who does it: goes into the audit log")->type_name("ID");
  command->callback([options, work = std::move(work), &outcome] {
    const auto opened = open_to_write(options->journal, options->desk, NewJournal::refuse,
                                      options->to_lines ? OldTables::refuse : OldTables::bring_forward);
    if (!opened) {
      outcome.exit = opened.error();
      return;
    }
    const auto said = work(**opened, *options);
    if (!said && options->closing && said.error().fault == base::Fault::conflict) {
      outcome.exit = complain(journal::shown_address(options->journal), said.error().describe(), Exit::check_failed);
      return;
    }
    if (!said) {
      outcome.exit = options->subject.empty() ? complain_of_journal(options->journal, said.error())
                                              : complain(options->subject, said.error());
      return;
    }
    std::cout << said->text << '\n';
    outcome.exit = said->exit;
  });
  return command;
}

void add_order(CLI::App& line, Outcome& outcome, const char* name, const char* help, journal::Order order,
               std::string said) {
  auto options = std::make_shared<DeskOptions>();
  options->to_lines = true;
  add_desk_command(line, outcome, name, help, options,
                   [order, said](journal::Journal& journal, DeskOptions& told) -> base::Result<Said> {
                     CICADA_CHECK(journal.give_order(order, told.actor()));
                     return Said{said};
                   });
}

void add_blanks(CLI::App& line, Outcome& outcome) {
  auto options = std::make_shared<DeskOptions>();
  auto* command = add_desk_command(
      line, outcome, "blanks", "Blank cards that came, or that are left at the end of a shift.", options,
      [](journal::Journal& journal, DeskOptions& told) -> base::Result<Said> {
        if (told.received) {
          if (told.lot.empty()) return base::fail({.fault = base::Fault::bad_input, .what = "--received needs --lot"});
          CICADA_CHECK(journal.receive_blanks(told.lot, *told.received, told.actor()));
          return Said{fmt::format("lot {}: {} blanks received", safe(told.lot), with_commas(*told.received))};
        }
        CICADA_CHECK(journal.count_blanks_left(told.left.value_or(0), told.actor()));
        CICADA_TRY(const auto balance, journal.balance(""));
        return Said{
            fmt::format("blanks {} = good {} + spoiled {} + quarantined {} + in work {} + left {}, difference {}",
                        with_commas(balance.blanks_received), with_commas(balance.good), with_commas(balance.spoiled),
                        with_commas(balance.quarantined), with_commas(balance.in_work),
                        with_commas(balance.blanks_left), balance.blank_difference()),
            balance.blank_difference() == 0 ? Exit::done : Exit::check_failed};
      });
  command->add_option("--lot", options->lot, "The maker's lot")->type_name("L");
  auto* count = command->add_option_group("count", "What was counted");
  count->add_option("--received", options->received, "Blanks of this lot that came")->type_name("N");
  count->add_option("--left", options->left, "Blanks that are left, counted by hand")->type_name("N");
  count->require_option(1);
}

void add_destroy(CLI::App& line, Outcome& outcome) {
  auto options = std::make_shared<DeskOptions>();
  auto* command =
      add_desk_command(line, outcome, "destroy", "A card of the quarantine was destroyed; two people say so.", options,
                       [](journal::Journal& journal, DeskOptions& told) -> base::Result<Said> {
                         CICADA_TRY(const auto now, journal.destroy({.chip = told.chip,
                                                                     .first_operator = told.operator_id,
                                                                     .second_operator = told.second_operator,
                                                                     .reason = told.reason},
                                                                    told.remake, told.actor()));
                         auto text = fmt::format("chip {} is destroyed", safe(told.chip));
                         if (!told.remake) return Said{std::move(text)};
                         const bool again = now == journal::State::accepted;
                         return Said{text + (again ? "; prepare its batch again: its data was for that chip alone"
                                                   : "; its job is ready to be made again")};
                       });
  command->add_option("--chip", options->chip, "The chip's number, hexadecimal")->required()->type_name("ID");
  command->get_option("--operator")->required();
  command->add_option("--second-operator", options->second_operator, "The other one")->required()->type_name("ID");
  command->add_option("--reason", options->reason, "A word")->type_name("WORD")->default_val("spoiled");
  command->add_flag("--remake", options->remake, "Make another card for the same dossier");
}

/// What is true now: a decision of one word means different things for a dossier that is held and for a card.
std::string what_was_decided(const journal::CardRecord& card) {
  const auto dossier = safe(card.dossier);
  switch (card.state) {
    case journal::State::done:
      return fmt::format("dossier {}: the card with chip {} is good again; delivery: {}", dossier, safe(card.chip),
                         to_string(card.delivery));
    case journal::State::accepted: return fmt::format("dossier {} is accepted: prepare its batch again", dossier);
    case journal::State::rejected: return fmt::format("dossier {} is rejected: the sender must correct it", dossier);
    default: return fmt::format("dossier {} is {}", dossier, to_string(card.state));
  }
}

void add_decide(CLI::App& line, Outcome& outcome) {
  auto options = std::make_shared<DeskOptions>();
  auto* command = add_desk_command(
      line, outcome, "decide", "Decides about a dossier that is held, or a good card that was set aside.", options,
      [](journal::Journal& journal, DeskOptions& told) -> base::Result<Said> {
        told.subject = "dossier " + safe(told.dossier);
        const auto to = told.accept ? journal::State::accepted : journal::State::rejected;
        CICADA_CHECK(journal.decide(told.dossier, to, told.reason, told.actor()));
        CICADA_TRY(const auto card, journal.find_card(told.dossier));
        if (!card) return base::fail({.fault = base::Fault::not_found, .what = "the journal has no such dossier"});
        return Said{what_was_decided(*card)};
      });
  command->add_option("--dossier", options->dossier, "The sender's id")->required()->type_name("ID");
  auto* decision = command->add_option_group("decision", "What was decided");
  decision->add_flag("--accept", options->accept,
                     "Held: it gets its card, prepare the batch again. Set aside: its card is good after all");
  decision->add_flag("--reject", options->reject,
                     "Held, or accepted and not prepared again: the sender must correct it");
  decision->require_option(1);
  command->get_option("--operator")->required()->check(not_empty());
  command->add_option("--reason", options->reason, "A word")->required()->type_name("WORD");
}

base::Result<std::vector<std::string>> read_dossiers(const std::filesystem::path& path) {
  std::ifstream file{path};
  std::vector<std::string> dossiers;
  for (std::string text; std::getline(file, text);) {
    if (text.ends_with('\r')) text.pop_back();
    if (text.empty()) continue;
    if (dossiers.size() == kMaxDossiers) {
      return base::fail({.fault = base::Fault::limit, .what = "too many dossiers in one file", .at = kMaxDossiers});
    }
    dossiers.push_back(std::move(text));
  }
  if (dossiers.empty()) {
    return base::fail({.fault = base::Fault::bad_input, .what = "there is no dossier in this file: one id a line"});
  }
  return dossiers;
}

void add_deliver(CLI::App& line, Outcome& outcome) {
  auto options = std::make_shared<DeskOptions>();
  auto* command = add_desk_command(
      line, outcome, "deliver", "Good cards on their way to their holders.", options,
      [](journal::Journal& journal, DeskOptions& told) -> base::Result<Said> {
        const auto to = journal::delivery_by_name(told.to);
        if (!to) return base::fail({.fault = base::Fault::bad_input, .what = "there is no such state of delivery"});
        CICADA_TRY(const auto dossiers, read_dossiers(told.dossiers));
        const std::span<const std::string> all{dossiers};
        for (std::size_t at = 0; at < all.size(); at += journal::kMaxRows) {
          const auto part = all.subspan(at, std::min(journal::kMaxRows, all.size() - at));
          if (auto done = journal.deliver(part, *to, told.actor()); !done) {
            auto error = done.error();
            if (error.at && *error.at < part.size()) {
              told.subject =
                  fmt::format("dossier {} ({} of {})", safe(part[*error.at]), at + *error.at + 1, all.size());
              error.at.reset();
            }
            return base::fail(error);
          }
        }
        return Said{fmt::format("{} {} {}", cards(all.size()), all.size() == 1 ? "is" : "are", to_string(*to))};
      });
  command->add_option("--to", options->to, "packed, sent, returned-to-unit, handed-over")
      ->required()
      ->check(CLI::IsMember({"packed", "sent", "returned-to-unit", "handed-over"}))
      ->type_name("STATE");
  command->add_option("--dossiers", options->dossiers, "One dossier's id a line")
      ->required()
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
}

/// Most octets of a file with one private key.
constexpr std::size_t kMaxKeyFile = 64UL * 1024;

base::Result<crypto::openssl::PrivateKey> read_key(const std::filesystem::path& file) {
  CICADA_TRY(const auto pem, base::read_secret_file(file, kMaxKeyFile));
  return crypto::openssl::PrivateKey::from_pem(pem.expose());
}

base::Result<Said> change_key(journal::Journal& journal, DeskOptions& told) {
  CICADA_TRY(const auto fresh, read_key(told.key));
  if (fresh.ec() == nullptr) return base::fail({.fault = base::Fault::bad_input, .what = "not a P-256 key"});
  const auto& point = fresh.ec()->public_point();
  if (told.old_key.empty()) {
    CICADA_CHECK(journal.set_audit_key({.to = point,
                                        .signature = {},
                                        .first_operator = told.operator_id,
                                        .second_operator = told.second_operator,
                                        .reason = told.reason},
                                       told.actor()));
    return Said{
        "the journal names this audit key from now on; whoever verifies what another one signed before needs that one "
        "as well"};
  }
  CICADA_TRY(const auto old, read_key(told.old_key));
  if (old.ec() == nullptr) return base::fail({.fault = base::Fault::bad_input, .what = "not a P-256 key"});
  CICADA_CHECK(journal::change_audit_key(journal, *old.ec(), point, told.reason, told.actor()));
  return Said{"the audit key is another one now, and the old one signed that"};
}

void add_audit_key(CLI::App& line, Outcome& outcome) {
  auto options = std::make_shared<DeskOptions>();
  auto* command = add_desk_command(line, outcome, "audit-key",
                                   "Another key signs the audit log from now on; the old key or two people say so.",
                                   options, change_key);
  command->add_option("--key", options->key, "The new private key, P-256")
      ->required()
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  auto* old = command->add_option("--old-key", options->old_key, "The key that signed so far")
                  ->check(CLI::ExistingFile)
                  ->type_name("FILE");
  command->add_option("--second-operator", options->second_operator, "The old key is lost: the other person")
      ->excludes(old)
      ->type_name("ID");
  command->add_option("--reason", options->reason, "A word")->required()->type_name("WORD");
}

void add_set_aside(CLI::App& line, Outcome& outcome) {
  auto options = std::make_shared<DeskOptions>();
  auto* command = add_desk_command(
      line, outcome, "set-aside", "A good card, or one that no station will see again, goes into quarantine.", options,
      [](journal::Journal& journal, DeskOptions& told) -> base::Result<Said> {
        if (!told.chip.empty()) {
          told.subject = "chip " + safe(told.chip);
          CICADA_CHECK(journal.set_aside(told.chip, told.reason, told.actor()));
          return Said{fmt::format("chip {} is in quarantine", safe(told.chip))};
        }
        told.subject = "dossier " + safe(told.dossier);
        CICADA_TRY(const auto card, journal.find_card(told.dossier));
        CICADA_CHECK(journal.set_card_aside(told.dossier, told.reason, told.second_operator, told.actor()));
        if (!card) return Said{fmt::format("dossier {}: its card is in quarantine", safe(told.dossier))};
        auto text =
            fmt::format("dossier {}: the card with chip {} is in quarantine", safe(told.dossier), safe(card->chip));
        if (journal::in_hand(card->state)) {
          text += fmt::format(
              "; it was in the hand of {}. If that line ended with steps in its spool, run it before another card is "
              "made: it tells whether this one lies with the good cards",
              safe(card->station));
        }
        return Said{std::move(text)};
      });
  auto* which = command->add_option_group("card", "Which card");
  which->add_option("--dossier", options->dossier, "Of this dossier, good so far or in hand")
      ->check(not_empty())
      ->type_name("ID");
  which->add_option("--chip", options->chip, "One that the journal does not know, by its chip's number, hexadecimal")
      ->check(not_empty())
      ->type_name("ID");
  which->require_option(1);
  command->get_option("--operator")->required()->check(not_empty());
  command->add_option("--second-operator", options->second_operator, "The other one, if there is one")->type_name("ID");
  command->add_option("--reason", options->reason, "A word")->required()->check(not_empty())->type_name("WORD");
}

void add_close_batch(CLI::App& line, Outcome& outcome) {
  auto options = std::make_shared<DeskOptions>();
  options->closing = true;
  auto* command = add_desk_command(
      line, outcome, "close-batch", "Closes a batch whose numbers balance, and signs the audit log up to there.",
      options, [](journal::Journal& journal, DeskOptions& told) -> base::Result<Said> {
        CICADA_TRY(const auto key, read_key(told.key));
        CICADA_TRY(const auto closed, journal::sign_close(journal, told.batch, told.actor(), key));
        return Said{fmt::format("batch {} is closed and signed: chain {}, record {}", safe(told.batch),
                                safe(closed.chain), closed.sequence)};
      });
  command->add_option("--batch", options->batch, "The batch")->required()->type_name("ID");
  command->add_option("--key", options->key, "Private key of the audit log: audit.key of the country's folder")
      ->required()
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
}

}  // namespace

void add_line_orders(CLI::App& line, Outcome& outcome) {
  add_order(line, outcome, "pause", "Stations finish the card in hand and wait.", journal::Order::pause,
            "the stations pause");
  add_order(line, outcome, "resume", "Stations go on, or may be started again.", journal::Order::run,
            "the stations go on");
  add_order(line, outcome, "stop", "Stations finish the card in hand and end.", journal::Order::stop,
            "the stations stop");
  add_blanks(line, outcome);
  add_set_aside(line, outcome);
  add_destroy(line, outcome);
  add_decide(line, outcome);
  add_deliver(line, outcome);
  add_close_batch(line, outcome);
  add_audit_key(line, outcome);
}

}  // namespace cicada::tools
