// A draft of a statement while it is being made.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/conformance/model/ics.h"

namespace cicada::conformance::runner {

class ProbeDraft {
 public:
  /// A profile that the card has, and by what it showed it. Said twice, the first remark stays.
  void claim(std::string_view profile, std::string_view how);
  /// One that the card may have: a line to be put in by hand.
  void maybe(std::string_view profile, std::string_view why);
  /// Something that a person should know.
  void remark(std::string_view text) { remarks_.emplace_back(text); }

  [[nodiscard]] bool claims(std::string_view profile) const;
  /// A statement with these profiles, to go on with: it is not checked, and has nothing in [access].
  [[nodiscard]] model::Ics statement() const;
  [[nodiscard]] std::string to_toml(std::string_view target) const;

 private:
  struct Line {
    std::string profile;
    std::string remark;
  };
  std::vector<Line> claimed_;
  std::vector<Line> open_;
  std::vector<std::string> remarks_;
};

}  // namespace cicada::conformance::runner
