// A case of the reader's side: which card lies in front of the reader, and what the reader has to say.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cicada/conformance/model/case.h"

namespace cicada::conformance::reader {

/// What the lower tester is asked for. Words are its own (tools/lower-tester/README.md); empty ones mean the sound
/// thing.
struct CardOrder {
  std::string card;                    ///< "bac", "eac ta=rsa-pss-sha-256"
  std::string document = {};           ///< what is wrong with the document, or special about it
  std::vector<std::string> chip = {};  ///< what the chip does wrong, all of it at once
  std::string terminal = {};           ///< what the inspection system holds
  std::string trust = {};              ///< what the reader is given to trust

  friend bool operator==(const CardOrder&, const CardOrder&) = default;
  friend auto operator<=>(const CardOrder&, const CardOrder&) = default;
};

/// The verdict that the reader has to reach.
struct Expected {
  enum class Kind : std::uint8_t {
    successful,
    failed,
    either,  ///< both are allowed, as long as the reader stays operational
  };
  Kind kind = Kind::failed;
  std::vector<std::string> without = {};  ///< of a success: files that must not be shown ("DG3")

  /// "inspection successful, without DG3"
  [[nodiscard]] std::string describe() const;
};

struct ReaderCase {
  model::CaseInfo info;
  std::vector<std::string> cards;  ///< each is inspected; at least one
  std::string document = {};
  std::vector<std::string> chip = {};  ///< faults, all of them at once
  std::vector<std::string> each = {};  ///< faults, one after the other: an inspection each
  std::string terminal = {};
  std::string trust = {};
  unsigned inspections = 1;  ///< of each card
  std::string watch = {};    ///< a rule about what the reader sends; see watch.h
  Expected expected = {};
  std::string check = {};       ///< of our own verdict: the check that has to notice
  std::string reason = {};      ///< and a part of what it says
  bool low_confidence = false;  ///< the expectation itself is in doubt: another outcome is told and fails nothing
  std::string withdrawn = {};   ///< "in v1.5": kept for its id

  /// What the lower tester is asked for, one card an inspection.
  [[nodiscard]] std::vector<CardOrder> orders() const;
};

struct ReaderUnit {
  std::string id;  ///< "IS51_ISO7816_A"
  std::string title;
  std::vector<ReaderCase> cases;
};

}  // namespace cicada::conformance::reader
