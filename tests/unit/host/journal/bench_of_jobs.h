// A journal with a batch in it, and the short words in which the cases speak.
#pragma once

#include <string>
#include <vector>

#include "place.h"

namespace cicada::tests {

namespace journal = host::journal;
using journal::State;
using journal::StepResult;

inline const journal::Actor kActor{.station = "s1", .operator_id = "lan", .shift = "2026-11-26/1"};

inline journal::Digest digest(std::uint64_t seed) {
  journal::Digest value{};
  for (std::size_t i = 0; i < 8; ++i) value.at(i) = static_cast<std::uint8_t>(seed >> (8 * i));
  value[31] = 1;
  return value;
}

/// Dossier n: id, number and portrait of its own.
journal::Intake dossier(std::uint64_t n);
/// The id of chip n, as the journal writes it.
std::string chip(std::uint64_t n);

/// Of chip n, by two people.
journal::Destruction destruction(std::uint64_t n);

/// An open journal at a place, with batch "b1" that announces as many dossiers as `add` puts in.
class Desk {
 public:
  explicit Desk(std::uint64_t announced = 3);

  [[nodiscard]] std::unique_ptr<journal::Journal> open(const std::string& writer) const;
  [[nodiscard]] journal::Journal& operator*() const { return *journal_; }
  [[nodiscard]] journal::Journal* operator->() const { return journal_.get(); }
  [[nodiscard]] Place& place() const { return *place_; }
  /// Opens it again, as another process would.
  void reopen();
  /// Nobody has it open any more.
  void leave() { journal_.reset(); }
  /// The same, after the first version of the program had it.
  void reopen_from_first_schema();

  /// Dossiers first..first+count-1 of batch b1: taken in, made ready.
  std::vector<journal::JobId> ready(std::uint64_t count, std::uint64_t first = 1);
  /// A batch of its own, with as many ready jobs as it announces: those of dossiers first, first + 1, ...
  void prepare(const journal::Batch& batch, std::uint64_t first) const;
  [[nodiscard]] journal::JobId job(std::uint64_t n) const;
  [[nodiscard]] State state(std::uint64_t n) const;
  /// One claim of station s1.
  [[nodiscard]] journal::Claim claim_one(std::chrono::seconds lease = std::chrono::hours{1});
  StepResult step(const journal::Claim& claim, State to, const std::string& with_chip = {});
  /// Dossier n on chip n: from ready to `until`, step by step.
  journal::Claim bring(std::uint64_t n, State until);

 private:
  std::unique_ptr<Place> place_;
  std::unique_ptr<journal::Journal> journal_;
};

}  // namespace cicada::tests
