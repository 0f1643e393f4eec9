// The reader that is tested, whatever it is: code of this process, a command, a device that an operator looks at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cicada/conformance/reader/lower_tester.h"

namespace cicada::conformance::reader {

/// What a reader said about one card.
struct Judgement {
  enum class Result : std::uint8_t {
    successful,
    failed,
    trouble,     ///< no verdict: it crashed, hung, or could not work at all
    not_judged,  ///< the bench or the operator failed, not the reader: nothing was learned, and nothing will be
  };
  struct Check {
    std::string name;
    std::string result;  ///< "passed", "failed", "not-checked"
    std::string reason;
  };

  Result result = Result::trouble;
  std::string text = {};                 ///< in the reader's words; may be empty
  std::vector<std::string> unread = {};  ///< files that it did not show, where it tells ("DG3")
  std::vector<Check> checks = {};        ///< where it tells
  bool tells = false;                    ///< the reader says what is in `unread` and `checks`
};
/// "successful", "failed", "trouble", "not judged"
[[nodiscard]] std::string_view to_string(Judgement::Result result) noexcept;

class ReaderUnderTest {
 public:
  ReaderUnderTest() = default;
  ReaderUnderTest(const ReaderUnderTest&) = delete;
  ReaderUnderTest& operator=(const ReaderUnderTest&) = delete;
  ReaderUnderTest(ReaderUnderTest&&) = delete;
  ReaderUnderTest& operator=(ReaderUnderTest&&) = delete;
  virtual ~ReaderUnderTest() = default;

  /// For reports.
  [[nodiscard]] virtual std::string name() const = 0;
  /// Why no reader could be judged on this bench, with a sound card for a trial; nothing: it can. Asked before the
  /// first case.
  [[nodiscard]] virtual std::optional<std::string> not_ready(CardInField& /*trial*/) { return std::nullopt; }
  /// A complete inspection. Never fails: what keeps the reader from one is trouble, what keeps the bench from one is
  /// not_judged.
  [[nodiscard]] virtual Judgement inspect(CardInField& card) = 0;
};

}  // namespace cicada::conformance::reader
