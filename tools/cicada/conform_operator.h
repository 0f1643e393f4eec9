// A reader under test that somebody looks at.
#pragma once

#include "cicada/conformance/reader/reader_under_test.h"
#include "cicada/tools/lower_tester/command_reader.h"

namespace cicada::tools {

/// Puts each card into the virtual reader, says on standard error what the holder shows, and asks on standard input
/// what the device says. At the end of the input nothing is judged.
class OperatorReader final : public conformance::reader::ReaderUnderTest {
 public:
  explicit OperatorReader(lower_tester::VirtualReader where) : where_(std::move(where)) {}

  [[nodiscard]] std::string name() const override { return "a device, by its operator"; }
  [[nodiscard]] std::optional<std::string> not_ready(conformance::reader::CardInField& card) override {
    return lower_tester::trial(card, where_);
  }
  [[nodiscard]] conformance::reader::Judgement inspect(conformance::reader::CardInField& card) override;

 private:
  lower_tester::VirtualReader where_;
};

}  // namespace cicada::tools
