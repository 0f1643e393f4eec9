// A test case of the chip's side, as conformance/cases/ has it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/conformance/model/expectation.h"
#include "cicada/conformance/model/tamper.h"
#include "cicada/conformance/model/verdict.h"

namespace cicada::conformance::model {

/// All entries must hold; an entry holds when one of its profiles is claimed ("CA|PACE").
using Needs = std::vector<std::vector<std::string>>;

/// One command and what has to come back.
struct Step {
  enum class Way : std::uint8_t {
    plain,      ///< `send`: these octets, as they stand
    protected_  ///< `protect`: this command, under the session that is open
  };
  Way way = Way::plain;
  base::Bytes command;          ///< a plain APDU with short or extended length
  std::vector<Tamper> tampers;  ///< of a protected command
  Expectation expect;
};

/// What a report says about a case, of whichever side.
struct CaseInfo {
  std::string id;           ///< "ISO7816_B_1"
  std::string unit;         ///< "ISO7816_B"
  std::string title;        ///< in our own words
  std::string clause;       ///< "9303-11 §4.3.2"
  std::string expectation;  ///< one sentence
  Basis basis = Basis::assumed;
  std::string basis_note;  ///< what the list says about it
  Needs needs;
};

/// A sequence without decisions.
struct Steps {
  std::vector<Step> steps;
};
/// A C++ procedure by name (conformance/procedures), with arguments of its own.
struct Call {
  std::string procedure;
  std::map<std::string, std::string> arguments;
};
/// A check of files (conformance/lds).
struct FileCheck {
  std::string check;
  std::vector<std::string> files;      ///< what has to be read for it: "EF.COM", "DG1"
  std::vector<std::string> also = {};  ///< what it looks at where the chip gives it; nothing else is shown to it
};
/// The id is kept, and the reason why nobody can run it.
struct NotRunnable {
  std::string reason;
};

struct Case {
  CaseInfo info;
  std::string given;  ///< precondition by name (conformance/procedures); empty: the chip has just been reset
  std::variant<Steps, Call, FileCheck, NotRunnable> body;
  /// Leaves something in the chip's memory (a date, a trust point): run only when the target can be restored, or when
  /// the operator allows it, and then after all others.
  bool persistent = false;
};

/// A unit: one folder of cases.
struct Unit {
  std::string id;     ///< "ISO7816_B"
  std::string title;  ///< "Security conditions of a chip with BAC"
  std::vector<Case> cases;
};

}  // namespace cicada::conformance::model
