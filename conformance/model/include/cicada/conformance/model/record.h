// What a run leaves behind: all that a report, a resumed run or a replay needs.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/clock.h"
#include "cicada/conformance/model/case.h"

namespace cicada::conformance::model {

/// One command and its answer, as they were on the wire; beside them, when they were protected, what they meant.
struct Exchange {
  base::Bytes command;
  base::Bytes response;        ///< empty: none came
  base::Bytes plain_command;   ///< empty: was not protected
  base::Bytes plain_response;  ///< empty: was not protected, or could not be unwrapped
  std::string note;            ///< "BAC: MUTUAL AUTHENTICATE", "precondition", "tampered: flip-mac"; may be empty
};

struct Record {
  CaseInfo info;
  unsigned repetition = 0;  ///< from 0
  Outcome outcome;
  std::vector<Exchange> exchanges;
  std::chrono::microseconds duration{0};
  /// What the follow-up command after the case found: empty when the chip answered as it should.
  std::string state_afterwards;
};

struct RunRecord {
  std::string title;    ///< "Cicada conformance: chip" or "... reader"
  std::string subject;  ///< the statement's product, or the reader under test
  std::string target;   ///< "card file x.card", "reader ACS ..."
  std::string program;  ///< "cicada 0.1.0"
  std::vector<std::string> profiles;
  base::Instant started{};
  std::chrono::microseconds duration{0};
  std::string order;  ///< "as listed", or "shuffled with seed 7"
  std::vector<Record> records;

  [[nodiscard]] std::map<Verdict, std::size_t> totals() const;
};

}  // namespace cicada::conformance::model
